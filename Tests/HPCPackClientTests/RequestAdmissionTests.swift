import Testing

@testable import HPCPackClient

struct RequestAdmissionTests {
    /// A policy and a clock that the test moves.
    private final class Model {
        let start = ContinuousClock.now
        var elapsed = Duration.zero
        var admission: RequestAdmission
        var now: ContinuousClock.Instant { start + elapsed }

        init(concurrency: Int = 100, rate: Int = 0, hasAccount: Bool = false) {
            admission = RequestAdmission(
                maxConcurrency: concurrency,
                maxRequestRate: rate,
                hasAccount: hasAccount,
                at: start
            )
        }

        func enqueue(_ priority: RequestPriority) -> RequestAdmission.Ticket {
            admission.enqueue(priority, at: now)
        }

        func admit(_ ticket: RequestAdmission.Ticket) -> Bool {
            admission.admit(ticket, at: now)
        }

        func finish(_ priority: RequestPriority, isAccountRefused: Bool? = false) {
            admission.finish(priority, isAccountRefused: isAccountRefused)
        }

        /// Sends requests that end at once until one has to wait, which is withdrawn.
        func send(_ priority: RequestPriority, atMost limit: Int = 1000) -> Int {
            for count in 0..<limit {
                let ticket = enqueue(priority)
                guard admit(ticket) else {
                    admission.withdraw(ticket)
                    return count
                }
                finish(priority)
            }
            return limit
        }
    }

    @Test(arguments: [(1, 1), (2, 1), (4, 3)])
    func `Requests in flight are bounded, and background requests leave one place`(
        concurrency: Int,
        background: Int
    ) {
        let model = Model(concurrency: concurrency)
        for _ in 0..<background {
            let ticket = model.enqueue(.background)
            #expect(model.admit(ticket))
        }
        let waiting = model.enqueue(.background)
        #expect(!model.admit(waiting))
        for _ in background..<concurrency {
            let ticket = model.enqueue(.standard)
            #expect(model.admit(ticket))
        }
        let standard = model.enqueue(.standard)
        #expect(!model.admit(standard))
        #expect(model.admission.admissionTime(of: standard, at: model.now) == nil)
        model.finish(.background)
        #expect(!model.admit(waiting), "a standard request waits")
        #expect(model.admit(standard))
    }

    @Test(arguments: [1, 3, 20, 1000])
    func `A burst of five seconds' worth is sent at once, then no more than the rate`(rate: Int) {
        let model = Model(rate: rate)
        #expect(model.send(.standard, atMost: 10_000) == 5 * rate)
        var sent = 0
        for _ in 0..<100 {
            model.elapsed += .milliseconds(100)
            sent += model.send(.standard)
        }
        #expect((10 * rate - 1...10 * rate).contains(sent))
        model.elapsed += .seconds(3600)
        #expect(model.send(.standard, atMost: 10_000) == 5 * rate, "an hour saves up no more")
    }

    @Test(arguments: [1, 20])
    func `Background requests leave one second's worth to standard ones and go on alone`(rate: Int)
    {
        let model = Model(rate: rate)
        #expect(model.send(.background) == 4 * rate)
        #expect(model.send(.standard) == rate)
        var sent = 0
        for _ in 0..<110 {
            model.elapsed += .milliseconds(100)
            sent += model.send(.background)
        }
        #expect((10 * rate - 1...10 * rate).contains(sent), "one second goes into the reserve")
    }

    @Test func `Without a limit of the rate nothing waits for it`() {
        let model = Model()
        #expect(model.send(.standard) == 1000 && model.send(.background) == 1000)
    }

    @Test func `The time of admission is exact`() throws {
        let model = Model(rate: 4)
        #expect(model.send(.standard) == 20)
        let standard = model.enqueue(.standard)
        let time = try #require(model.admission.admissionTime(of: standard, at: model.now))
        #expect(time == model.now + .milliseconds(250))
        model.elapsed = .milliseconds(249)
        #expect(!model.admit(standard))
        model.elapsed = .milliseconds(250)
        #expect(model.admit(standard))
    }

    @Test func `Requests of one priority are admitted in the order in which they came`() {
        let model = Model(concurrency: 1)
        let (first, second) = (model.enqueue(.standard), model.enqueue(.standard))
        #expect(!model.admit(second))
        model.admission.withdraw(first)
        #expect(model.admit(second), "the first has given up")
    }

    @Test
    func `A background request is admitted every five seconds however many standard ones wait`() {
        let model = Model(concurrency: 2, rate: 1)
        #expect(model.send(.standard) == 5)
        let background = model.enqueue(.background)
        var standard = model.enqueue(.standard)
        var sent: [Int] = []
        for second in 1...12 {
            model.elapsed = .seconds(second)
            if model.admit(background) {
                sent.append(second)
                model.finish(.background)
            } else if model.admit(standard) {
                model.finish(.standard)
                standard = model.enqueue(.standard)
            }
        }
        #expect(sent == [5])
        // The next one's five seconds begin with the admission before.
        let next = model.enqueue(.background)
        #expect(
            model.admission.admissionTime(of: next, at: model.now) == model.now + .seconds(5)
        )
    }

    @Test func `Background requests that fill their places do not hold back standard ones`() {
        let model = Model(concurrency: 2)
        let running = model.enqueue(.background)
        #expect(model.admit(running))
        _ = model.enqueue(.background)
        model.elapsed = .seconds(60)
        #expect(model.send(.standard) == 1000)
    }

    @Test func `While the account is in doubt, one request is in flight`() {
        let model = Model(hasAccount: true)
        /// How many of two requests are admitted at once.
        func width(isAccountRefused: Bool?) -> Int {
            let tickets = [model.enqueue(.standard), model.enqueue(.standard)]
            let admitted = tickets.filter(model.admit)
            for ticket in tickets { model.admission.withdraw(ticket) }
            for _ in admitted { model.finish(.standard, isAccountRefused: isAccountRefused) }
            return admitted.count
        }
        #expect(width(isAccountRefused: nil) == 1, "it has not been tried")
        #expect(width(isAccountRefused: true) == 1, "nothing was sent")
        #expect(width(isAccountRefused: false) == 1, "it was refused")
        #expect(width(isAccountRefused: nil) == 2, "it was accepted")
        #expect(width(isAccountRefused: true) == 2)
        #expect(width(isAccountRefused: true) == 1)
    }
}
