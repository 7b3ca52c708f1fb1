import JSONRows
import Logging
import TestSupport

@testable import HPCPackClient

/// Keeps the ids of the rows that it is given.
final class StagedRows: ListingStage {
    private(set) var ids: [String] = []
    private(set) var states: [String: String] = [:]
    private(set) var begins = 0
    private(set) var pages: [ListingPage] = []

    func begin() {
        ids = []
        states = [:]
        begins += 1
        pages = []
    }

    func endPage(_ page: ListingPage) { pages.append(page) }

    func stage(_ row: borrowing Row) -> Bool {
        let id = row.string(JobColumn.id.rawValue)
        let isNew = states.updateValue(row.string(JobColumn.state.rawValue), forKey: id) == nil
        if isNew { ids.append(id) }
        return isNew
    }
}

extension Session {
    /// A session with a server of the test, with waits so short that tests do not feel them.
    static func test(
        _ servers: ScriptedServer...,
        maxConcurrency: Int = 4,
        maxRequestRate: Int = 0,
        rowsPerRead: Int = 1000,
        timeout: Duration = .seconds(5),
        asUser: String? = nil,
        password: PasswordSource? = nil,
        limits change: (inout ClientLimits) -> Void = { _ in }
    ) throws -> Session {
        var limits = ClientLimits()
        limits.firstBackoff = .milliseconds(2)
        change(&limits)
        let configuration = ClientConfiguration(
            headNodes: try servers.map { try HeadNodeURL($0.url) },
            username: password == nil ? nil : #"HPC\monitor"#,
            password: password,
            asUser: asUser,
            timeout: timeout,
            maxConcurrency: maxConcurrency,
            maxRequestRate: maxRequestRate,
            rowsPerRead: rowsPerRead,
            limits: limits
        )
        return Session(HPCPackClient(configuration, logger: .silent))
    }
}

/// Rows of jobs with these ids.
func jobs(_ ids: [Int], state: String = "Queued") -> String {
    RestObjects.json(ids.map { [("Id", "\($0)"), ("State", state)] })
}
