import Basics
import COpenSSL
import Glibc

/// Checks the passwords of requests on threads of its own, a few at once.
///
/// A check by bcrypt takes long by design. What was found lately is remembered, good apart from bad, so that no
/// number of wrong passwords makes it forget a right one; requests with the same credentials share a check; those of
/// different clients take turns (``FairQueue``).
public final class PasswordChecks: Sendable {
    /// The outcome of a check.
    public enum Verdict: Sendable, Equatable {
        /// The password is that of the user.
        case accepted
        /// There is no such user, or the password is another.
        case refused
        /// Too many others wait.
        case busy
    }

    /// The limits of the checks.
    public struct Limits: Sendable {
        /// The most checks at once.
        public var atOnce = sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 2 ? 2 : 1
        /// The most checks that wait.
        public var waiting = 16
        /// The most checks of one client address that wait.
        public var waitingOfSource = 8
        /// The most right credentials to remember.
        public var good = 100
        /// The most wrong credentials to remember.
        public var bad = 1000

        /// Creates the usual limits.
        public init() {}
    }

    /// A request that waits for a verdict.
    private struct Waiter: Sendable {
        let isWanted: @Sendable () -> Bool
        let then: @Sendable (Verdict) -> Void
    }

    /// Credentials to check; known by a keyed digest, so that no password is kept for longer than its check.
    private struct Check: Sendable {
        let digest: [UInt8]
        let password: [UInt8]
        let hash: BcryptHash
        let isKnown: Bool
    }

    private struct State: Sendable {
        var good: RecentSet<[UInt8]>
        var bad: RecentSet<[UInt8]>
        var queue: FairQueue<Check>
        /// The requests that wait for each check, the ones under way included.
        var waiters: [[UInt8]: [Waiter]] = [:]
        var threads = 0
        var idleThreads = 0
        var isStopped = false
        var checks = 0
    }

    private let key: [UInt8]
    private let limits: Limits
    private let state: Monitor<State>

    /// Creates checks without a thread; the first one comes with the first check.
    ///
    /// - Parameter limits: The limits.
    public init(limits: Limits = Limits()) {
        self.limits = limits
        var generator = SystemRandomNumberGenerator()
        key = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        state = Monitor(
            State(
                good: RecentSet(most: limits.good),
                bad: RecentSet(most: limits.bad),
                queue: FairQueue(most: limits.waiting, mostOfSource: limits.waitingOfSource)
            )
        )
    }

    /// How many checks by bcrypt have begun.
    public var count: Int { state.read { $0.checks } }

    /// Judges credentials.
    ///
    /// - Parameters:
    ///   - credentials: User and password.
    ///   - users: Who may ask.
    ///   - source: The client's address; clients of different addresses take turns.
    ///   - isWanted: Whether anybody still waits for the verdict; a check that nobody waits for is left out.
    ///   - then: Called with the verdict, at once when it is remembered, else on another thread.
    public func judge(
        _ credentials: BasicCredentials,
        among users: UserTable,
        from source: [UInt8],
        isWanted: @escaping @Sendable () -> Bool = { true },
        then: @escaping @Sendable (Verdict) -> Void
    ) {
        let number = digest([credentials.user]).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let (hash, isKnown) = users.hash(of: credentials.user, number: number)
        let check = Check(
            digest: digest([
                [isKnown ? 1 : 0], credentials.user, hash.bytes, credentials.password,
            ]),
            password: credentials.password,
            hash: hash,
            isKnown: isKnown
        )
        let waiter = Waiter(isWanted: isWanted, then: then)
        let (answers, needsThread) = state.withLock {
            state -> (answers: [(Waiter, Verdict)], needsThread: Bool) in
            if state.good.find(check.digest) { return ([(waiter, .accepted)], false) }
            if state.bad.find(check.digest) { return ([(waiter, .refused)], false) }
            if state.isStopped { return ([(waiter, .busy)], false) }
            if state.waiters[check.digest] != nil {
                state.waiters[check.digest]?.append(waiter)
                return ([], false)
            }
            state.waiters[check.digest] = [waiter]
            let displaced = state.queue.append(check, source: source, user: credentials.user)
            let told = displaced.flatMap { state.waiters.removeValue(forKey: $0.digest) } ?? []
            let needsThread = state.idleThreads < state.queue.count && state.threads < limits.atOnce
            if needsThread { state.threads += 1 }
            return (told.map { ($0, .busy) }, needsThread)
        }
        for (waiter, verdict) in answers { waiter.then(verdict) }
        if needsThread { startThread() }
    }

    /// Ends the threads after the checks under way; what waits is told that it is busy.
    public func stop() {
        let waiters = state.withLock { state in
            state.isStopped = true
            return state.queue.removeAll().flatMap {
                state.waiters.removeValue(forKey: $0.digest) ?? []
            }
        }
        for waiter in waiters { waiter.then(.busy) }
    }

    /// The keyed digest of some texts, which are told apart by their lengths.
    private func digest(_ texts: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for text in texts {
            unsafe withUnsafeBytes(of: text.count) { unsafe bytes.append(contentsOf: $0) }
            bytes += text
        }
        var result = [UInt8](repeating: 0, count: 32)
        guard unsafe copenssl_hmac(key, key.count, bytes, bytes.count, &result) == 1 else {
            // Without memory: the texts themselves tell credentials apart just as well.
            return bytes
        }
        return result
    }

    private func startThread() {
        do throws(ThreadError) {
            try Thread.start { self.work() }
        } catch {
            // Without any thread nobody else would answer what waits.
            let waiters = state.withLock { state -> [Waiter] in
                state.threads -= 1
                guard state.threads == 0 else { return [] }
                return state.queue.removeAll().flatMap {
                    state.waiters.removeValue(forKey: $0.digest) ?? []
                }
            }
            for waiter in waiters { waiter.then(.busy) }
        }
    }

    private func work() {
        while true {
            state.withLock { $0.idleThreads += 1 }
            let next = state.wait(until: { !$0.queue.isEmpty || $0.isStopped }) { state -> Check? in
                state.idleThreads -= 1
                return state.queue.popFirst()
            }
            guard let next else { return }
            perform(next)
        }
    }

    private func perform(_ check: Check) {
        let isWanted = state.withLock { state in
            let isWanted = state.waiters[check.digest]?.contains { $0.isWanted() } ?? false
            if isWanted { state.checks += 1 } else { state.waiters[check.digest] = nil }
            return isWanted
        }
        guard isWanted else { return }
        // What is compared for a user that does not exist never counts, right or not.
        let isGood = check.hash.matches(check.password) && check.isKnown
        let waiters = state.withLock { state in
            if isGood { state.good.insert(check.digest) } else { state.bad.insert(check.digest) }
            return state.waiters.removeValue(forKey: check.digest) ?? []
        }
        for waiter in waiters { waiter.then(isGood ? .accepted : .refused) }
    }
}
