import Basics
import Glibc
public import TLSListener

/// A web configuration file that is read anew when it, or a file that it names, has changed.
public final class WebConfigurationFile: Sendable {
    /// What serves at a moment.
    public struct Snapshot: Sendable {
        /// The contents of the file.
        public let configuration: WebConfiguration
        /// TLS as it says; `nil` for none.
        public let tls: TLSContext?
    }

    /// What a look at the files has found.
    public enum Finding: Sendable, Equatable {
        /// Other contents, which serve from now on.
        case replaced
        /// Contents that cannot be used, so that the last good ones go on serving; told once.
        case refused(String)
    }

    /// How files are watched.
    public struct Limits: Sendable {
        /// The least time between two looks, those for a new connection aside.
        public var lookInterval = Duration.seconds(1)
        /// How long one key protects session tickets.
        public var ticketKeyLifetime = Duration.seconds(3600)
        /// How young a change may be for the files to be read again at the next look, since another change of
        /// the same size could bear the same time.
        public var settlingTime = Duration.seconds(1)

        /// Creates the usual limits.
        public init() {}
    }

    /// The path of the file, as it was given.
    public let path: String

    private struct State {
        var snapshot: Snapshot
        /// The files that were read last, for good or ill, and their state before that.
        var stamps: [String: FileStamp]
        var isSettled: Bool
        var nextLook: ContinuousClock.Instant
        var ticketKeySince: ContinuousClock.Instant
        var lastRefusal: String?
    }

    private let limits: Limits
    private let state: Mutex<State>

    /// Reads the file for the first time.
    ///
    /// - Parameters:
    ///   - path: Its path.
    ///   - limits: How it is watched.
    /// - Throws: The first thing that cannot be used.
    public init(path: String, limits: Limits = Limits()) throws(WebConfigurationError) {
        self.path = path
        self.limits = limits
        let reading = Reading(path: path)
        let snapshot = try reading.result.get()
        let now = ContinuousClock.now
        state = Mutex(
            State(
                snapshot: snapshot,
                stamps: reading.stamps,
                isSettled: reading.isSettled(limits.settlingTime),
                nextLook: now + limits.lookInterval,
                ticketKeySince: now
            )
        )
    }

    /// What serves now.
    public var current: Snapshot { state.withLock { $0.snapshot } }

    /// Looks whether files have changed, and reads them if so.
    ///
    /// - Parameters:
    ///   - isNewConnection: Whether it is for a new connection, which must see every change that came before it.
    ///   - now: The present moment.
    /// - Returns: What is worth a line in the log; `nil` for nothing new.
    public func look(
        forNewConnection isNewConnection: Bool,
        at now: ContinuousClock.Instant = .now
    ) -> Finding? {
        state.withLock { state in
            guard isNewConnection || now >= state.nextLook else { return nil }
            state.nextLook = now + limits.lookInterval
            defer { renewTicketKey(&state, at: now) }
            if state.isSettled, state.stamps.allSatisfy({ FileStamp(of: $0.key) == $0.value }) {
                return nil
            }
            let reading = Reading(path: path)
            state.stamps = reading.stamps
            state.isSettled = reading.isSettled(limits.settlingTime)
            return adopt(reading, &state, at: now)
        }
    }

    /// Lets what was read serve, unless it cannot or must not.
    private func adopt(
        _ reading: Reading,
        _ state: inout State,
        at now: ContinuousClock.Instant
    ) -> Finding? {
        let refusal: String
        switch reading.result {
        case .failure(let error): refusal = error.description
        case .success(let snapshot):
            let old = state.snapshot.configuration
            let new = snapshot.configuration
            if let loss = new.loss(from: old) {
                refusal = "\(path): \(loss) needs a restart"
                break
            }
            state.lastRefusal = nil
            guard new != old else { return nil }
            state.snapshot = snapshot
            state.ticketKeySince = now
            return .replaced
        }
        defer { state.lastRefusal = refusal }
        return refusal == state.lastRefusal ? nil : .refused(refusal)
    }

    /// Sets up TLS anew, with the same settings and another key for tickets, when the key is old.
    private func renewTicketKey(_ state: inout State, at now: ContinuousClock.Instant) {
        guard let settings = state.snapshot.configuration.tls,
            now >= state.ticketKeySince + limits.ticketKeyLifetime
        else { return }
        // It worked with these settings before; should it fail now, the old key serves until the next try.
        state.ticketKeySince = now
        guard let tls = try? TLSContext(settings) else { return }
        state.snapshot = Snapshot(configuration: state.snapshot.configuration, tls: tls)
    }
}

extension WebConfiguration {
    /// What would no longer be asked of clients, or of TLS, if this configuration replaced another; `nil` for nothing.
    ///
    /// A file that is being written looks, for a moment, like one that ends early. It must not open the exporter to
    /// everybody.
    func loss(from old: WebConfiguration) -> String? {
        if (tls == nil) != (old.tls == nil) {
            return tls == nil ? "switching TLS off" : "switching TLS on"
        }
        if users == nil, old.users != nil { return "taking all users away" }
        guard let new = tls, let old = old.tls else { return nil }
        let (asked, before) = (new.clientAuthentication, old.clientAuthentication)
        if before.isRequired && !asked.isRequired || before.verifies && !asked.verifies {
            return "asking less of the certificates of clients"
        }
        if new.clientNames.isEmpty, !old.clientNames.isEmpty {
            return "taking all client_allowed_sans away"
        }
        return nil
    }
}

/// What reading all files at one moment gave.
private struct Reading {
    private(set) var stamps: [String: FileStamp] = [:]
    private(set) var result: Result<WebConfigurationFile.Snapshot, WebConfigurationError>
    private let moment = FileStamp.now

    /// Reads the file and those that it names.
    init(path: String) {
        var stamps: [String: FileStamp] = [:]
        /// The state before the reading: a change during it is then seen at the next look.
        func read(_ path: String) throws(FileContents.Failure) -> [UInt8] {
            stamps[path] = FileStamp(of: path)
            return try FileContents(path: path, limit: 4 << 20).bytes
        }
        do throws(WebConfigurationError) {
            let bytes: [UInt8]
            do throws(FileContents.Failure) {
                bytes = try read(path)
            } catch {
                throw WebConfigurationError(
                    path: path,
                    line: nil,
                    key: nil,
                    reason: "the file cannot be read: \(error)"
                )
            }
            let parsed = try WebConfiguration.parse(bytes, path: path, read: read)
            result = .success(.init(configuration: parsed.configuration, tls: parsed.tls))
        } catch {
            result = .failure(error)
        }
        self.stamps = stamps
    }

    /// Whether no file changed just before it was read.
    func isSettled(_ time: Duration) -> Bool {
        stamps.values.allSatisfy { $0.isOlder(than: time, at: moment) }
    }
}

/// What tells that a file has been written or replaced.
private struct FileStamp: Equatable {
    private var device: UInt64 = 0
    private var file: UInt64 = 0
    private var size = -1
    private var written = Duration.zero
    private var changed = Duration.zero

    /// The state of a file, symbolic links followed; one that is missing is in a state of its own.
    init(of path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return }
        device = UInt64(status.st_dev)
        file = UInt64(status.st_ino)
        size = Int(status.st_size)
        written = Self.duration(status.st_mtim)
        changed = Self.duration(status.st_ctim)
    }

    private static func duration(_ time: timespec) -> Duration {
        .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// The clock of the file system.
    static var now: Duration {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return duration(time)
    }

    /// Whether the last change was longer ago than a time; one that lies ahead, by another clock, is as good.
    func isOlder(than time: Duration, at moment: Duration) -> Bool {
        let age = moment - max(written, changed)
        return age > time || age < .zero - time
    }
}
