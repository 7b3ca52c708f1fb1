import Basics

/// The calls on roles, metrics and operations of HPC Pack 2019 (docs/hpcpack-api.md#hpc-pack-2019).
extension HeadNode {
    /// Answers `GET /cluster/userRoles`: an administrator is a user too, as in the example.
    func userRoles(_ context: Context) -> APIResponse {
        var roles = context.caller.roles
        if roles.contains(.administrator) { roles.insert(.user) }
        let order: [SimulatorRole] = [.user, .administrator, .jobAdministrator, .jobOperator]
        return strings(order.filter(roles.contains).map(\.rawValue))
    }

    /// Answers `GET /cluster/metrics/definitions`.
    func metricDefinitions() -> APIResponse {
        unpaged(ClusterMetric.allCases) { out, metric in
            out.object {
                $0.member("Description") { $0.string(metric.description) }
                $0.member("DisplayName") { $0.string(metric.displayName) }
                $0.member("Name") { $0.string(metric.rawValue) }
            }
        }
    }

    /// Answers `GET /cluster/metrics/history/{name}`.
    func metricHistory(named name: String, _ context: Context) throws(APIError) -> APIResponse {
        let wanted = name.lowercased()
        guard
            let metric = ClusterMetric.allCases.first(where: { $0.rawValue.lowercased() == wanted })
        else { throw .notFound("The metric '\(name)' does not exist.") }
        guard let from = try time("fromtime", context), let to = try time("totime", context) else {
            throw .badRequest("The parameters fromTime and toTime are required.")
        }
        guard from <= to else { throw .badRequest("fromTime is after toTime.") }
        let series = cluster.history(of: metric, from: from, to: to)
        return data(metric.rawValue, from: Self.text(from), to: Self.text(to), series, zone: "Z")
    }

    /// Answers `GET /cluster/metrics/jobs`: jobs that have ended, added up over the last seven days.
    func jobMetrics() -> APIResponse {
        let now = Int64(cluster.now)
        let from = now - 7 * 86_400
        let series = cluster.endedJobs(from: from)
        return data(
            "Jobs",
            from: Self.text(from) + "Z",
            to: Self.text(now) + "Z",
            series,
            zone: "+00:00"
        )
    }

    /// Answers `GET /cluster/operations`, the latest first.
    func operationLogs(_ context: Context) throws(APIError) -> APIResponse {
        let limit = try context.query.integer("limit")
        guard limit ?? 0 >= 0 else { throw .badRequest("The limit must not be negative.") }
        let hasDetail = try context.query.boolean("withdetail") ?? false
        let logs = try matchingOperations(context)
        return unpaged(Array(logs.prefix(limit ?? .max))) { out, log in
            Self.write(log, hasDetail: hasDetail, to: &out)
        }
    }

    /// Answers `GET /cluster/operations/first`.
    func firstOperationLog(_ context: Context) throws(APIError) -> APIResponse {
        guard let log = try matchingOperations(context).last else {
            throw .notFound("There is no such operation.")
        }
        return APIResponse(json: JSONWriter.bytes { Self.write(log, hasDetail: true, to: &$0) })
    }

    /// Answers `GET /cluster/operations/{id}`.
    func operationLog(_ id: String) throws(APIError) -> APIResponse {
        guard let log = cluster.operationLogs().first(where: { $0.id == id.lowercased() }) else {
            throw .notFound("The operation '\(id)' does not exist.")
        }
        return APIResponse(json: JSONWriter.bytes { Self.write(log, hasDetail: true, to: &$0) })
    }

    private func matchingOperations(_ context: Context) throws(APIError) -> [OperationLog] {
        let from = try time("fromtime", context)
        let to = try time("totime", context)
        let names = context.query.list("nodenames").map { Set($0.map { $0.lowercased() }) }
        // Both bounds are exclusive (specification).
        return cluster.operationLogs().filter { log in
            from.map { log.time > $0 } ?? true && to.map { log.time < $0 } ?? true
                && names?.contains(log.node.lowercased()) ?? true
        }
    }

    /// Returns a parameter as a time in Unix seconds.
    private func time(_ name: String, _ context: Context) throws(APIError) -> Int64? {
        guard let text = context.query.text(name) else { return nil }
        guard let time = CivilTime.unixSeconds(sentByClient: text) else {
            throw .badRequest("The value '\(text)' is not valid for \(name).")
        }
        return time
    }

    /// Returns a time in the form `2020-02-12T00:00:00`.
    private static func text(_ unix: Int64) -> String {
        let time = CivilTime(unixSeconds: Int(unix))
        let day = [time.date.month, time.date.day].map(CivilTime.twoDigits).joined(separator: "-")
        let year = String(time.date.year)
        let zeros = String(repeating: "0", count: max(0, 4 - year.utf8.count))
        return zeros + year + "-" + day + "T" + time.clock
    }

    private func data(
        _ name: String,
        from: String,
        to: String,
        _ series: [MetricSeries],
        zone: String
    ) -> APIResponse {
        let all = listingFaults.unpaged(series)
        return APIResponse(
            json: JSONWriter.bytes {
                $0.object {
                    $0.member("FromTime") { $0.string(from) }
                    $0.member("Instances") {
                        $0.array(all) { out, series in Self.write(series, zone, to: &out) }
                    }
                    $0.member("MetricName") { $0.string(name) }
                    $0.member("ToTime") { $0.string(to) }
                }
            }
        )
    }

    private static func write(_ series: MetricSeries, _ zone: String, to out: inout JSONWriter) {
        out.object {
            $0.member("InstanceName") { $0.string(series.name) }
            $0.member("Values") {
                $0.array(series.points) { out, point in
                    out.object {
                        $0.member("Key") { $0.string(text(point.time) + zone) }
                        $0.member("Value") {
                            // Counts are written without a fraction, as in the examples.
                            if let count = Int64(exactly: point.value) {
                                $0.integer(count)
                            } else {
                                $0.number(point.value)
                            }
                        }
                    }
                }
            }
        }
    }

    private static func write(_ log: OperationLog, hasDetail: Bool, to out: inout JSONWriter) {
        let time = text(log.time) + ".0000000+00:00"
        out.object {
            $0.member("Cancelable") { $0.boolean(log.isExecuting) }
            $0.member("Entries") { out in
                guard hasDetail else { return out.null() }
                out.array(log.messages) { out, message in
                    out.object {
                        $0.member("CreateTime") { $0.string(time) }
                        $0.member("Message") { $0.string(message) }
                        $0.member("Severity") { $0.string("Information") }
                        $0.member("Source") { $0.string("SystemUpdate") }
                    }
                }
            }
            $0.member("Id") { $0.string(log.id) }
            $0.member("Name") { $0.string(log.name) }
            $0.member("Node") { $0.string(log.node) }
            $0.member("Operator") { $0.string("SYSTEM") }
            $0.member("State") { $0.string(log.isExecuting ? "Executing" : "Committed") }
            $0.member("UpdateTime") { $0.string(time) }
        }
    }
}
