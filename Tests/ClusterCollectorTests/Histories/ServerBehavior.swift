import TestSupport

/// A kind of change to a job or a task, as far as servers may treat it in a way of its own.
enum ChangeKind: String, CaseIterable, Sendable {
    case submit, step, start, end, cancel, requeue, move, touch, task
}

/// How a server of the model behaves; every answer that docs/hpcpack-api.md#paging leaves open is drawn by seed.
struct ServerBehavior: Sendable {
    /// In which order a listing comes.
    enum Order: Equatable, Sendable { case id, idDescending, change, changeDescending, shuffled }
    /// What a page token stands for.
    enum Paging: Equatable, Sendable {
        /// The rows as they were at the first page.
        case snapshot
        /// The ids as they were at the first page, with the values of now.
        case frozenOrder
        /// A place in the listing of now: rows shift and repeat.
        case live
    }
    /// What happens to `ChangeTimeFrom`.
    enum Filter: Equatable, Sendable {
        case honest
        /// Only what changed after that second.
        case exclusive
        case refused(Int)
        case ignored
        /// No row at all comes back.
        case empty
        /// These changes do not bring a row back.
        case blind(Set<ChangeKind>)
        /// Some rows do not come back, whatever happened to them.
        case lossy

        /// Whether it is refused with a status that looks like a passing fault.
        var isFault: Bool { if case .refused(let status) = self { status >= 500 } else { false } }
    }
    /// What happens to a property.
    enum Property: Equatable, Sendable { case told, left, refused }

    var start = 1_800_000_000
    var culture = ServerCulture.all[0]
    var rowsPerRead = 1000
    var serverRows = 1000
    var order = Order.id
    var sorts = false
    var paging = Paging.snapshot
    var tokenHeader = "x-ms-continuation-QueryId"
    var endsWithEmptyPage = false
    /// Whether `startRow` is served, with the total in `x-ms-row-count`.
    var servesStartRow = false
    /// Whether a proxy drops the header with the token.
    var dropsTokens = false
    var unsetIsYearOne = false
    var shufflesProperties = false
    var nameCase = 0
    var lostTokenStatus = 400
    var losesTokens = false
    var unknownIDStatus = 404
    var jobFilter = Filter.honest
    var taskFilter = Filter.honest
    /// Changes that leave ChangeTime as it was.
    var unstamped: Set<ChangeKind> = []
    var jobChangeTime = Property.told
    var taskChangeTime = Property.told
    var nodeGroups = Property.told
    /// Further properties of jobs that make a listing fail, in lower case.
    var refusedJobProperties: Set<String> = []
    var requeueClearsTimes = true
    var requeueSubmitsAnew = false
    var clockSteps = false
    var mastersShow = false
    var allTasks = false
    var concurrency = 1
    /// Not the server's but the exporter's: when it reads in full of its own accord.
    var fullInterval = Duration.seconds(900)

    /// A server that keeps to the specification in everything that matters to incremental reads.
    init() {}

    /// Draws the behavior of a seed; one in two servers is honest, the others lie in one way each.
    init(_ random: inout SeededRandom) {
        let bases = [
            86_400 * 365 * 20, 951_782_300, 1_330_500_000, 1_761_436_000, 1_800_000_000,
            2_147_480_000, 2_400_000_000, 4_000_000_000,
        ]
        start = random.pick(bases) + random.number(0...100_000)
        culture = random.pick(
            ServerCulture.all.filter { start < 2_500_000_000 || $0.tellsCentury }
        )
        rowsPerRead = random.pick([2, 3, 5, 8, 20, 1000])
        serverRows = random.pick([2, 4, 500, 500])
        order = random.pick([.id, .id, .id, .idDescending, .change, .changeDescending, .shuffled])
        sorts = random.chance(of: 2)
        paging = random.pick([.snapshot, .frozenOrder, .live, .live])
        tokenHeader = random.pick([
            "x-ms-continuation-QueryId", "x-ms-continuation-queryId", "X-MS-CONTINUATION-QUERYID",
        ])
        endsWithEmptyPage = random.chance(of: 2)
        // With two digits of the year, year 1 would read as 2001 to anybody.
        unsetIsYearOne = random.chance(of: 2) && culture.tellsCentury
        shufflesProperties = random.chance(of: 2)
        nameCase = random.pick([0, 0, 1, 2])
        lostTokenStatus = random.pick([400, 404, 410, 500])
        losesTokens = random.chance(of: 3)
        unknownIDStatus = random.pick([400, 404])
        nodeGroups = random.pick([.told, .told, .left, .refused])
        requeueClearsTimes = random.chance(of: 2)
        requeueSubmitsAnew = random.chance(of: 2)
        mastersShow = random.chance(of: 3)
        allTasks = random.chance(of: 3)
        concurrency = random.chance(of: 5) ? 3 : 1
        if random.chance(of: 5) { fullInterval = .milliseconds(100) }
        if random.chance(of: 2) { lie(&random) }
    }

    /// Draws what became known later, by a generator of its own, so that older seeds stay what they are.
    mutating func drawFurther(seed: UInt64) {
        var random = SeededRandom(seed ^ 0x5041_4745)
        servesStartRow = random.chance(of: 3)
        // A page of a few rows, chosen by the server, could not be told from a whole listing.
        if random.chance(of: 4) {
            refusedJobProperties = Set(
                ["submittime", "starttime", "endtime"].filter { _ in random.chance(of: 2) }
            )
        }
        dropsTokens = servesStartRow && serverRows >= rowsPerRead && random.chance(of: 2)
    }

    private mutating func lie(_ random: inout SeededRandom) {
        let blind = Set(ChangeKind.allCases.filter { _ in random.chance(of: 3) })
        let filters: [Filter] = [
            .exclusive, .refused(random.pick([400, 500, 501])), .ignored, .empty, .blind(blind),
            .lossy,
        ]
        switch random.number(0...8) {
        case 0...2: jobFilter = random.pick(filters)
        case 3: taskFilter = random.pick(filters)
        case 4: unstamped = blind
        case 5: jobChangeTime = random.pick([.left, .refused])
        case 6: taskChangeTime = random.pick([.left, .refused])
        default: clockSteps = true
        }
    }
}

extension ServerBehavior: CustomStringConvertible {
    /// One line for each habit that is not that of a plain server.
    var description: String {
        let plain = Dictionary(
            uniqueKeysWithValues: Mirror(reflecting: ServerBehavior()).children.map {
                ($0.label ?? "", "\($0.value)")
            }
        )
        return Mirror(reflecting: self).children.map { ($0.label ?? "", "\($0.value)") }
            .filter { plain[$0.0] != $0.1 }.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
    }
}
