import Foundation
import HPCPackSimulator
import Testing

/// A simulator that tests ask without sockets, and a reader of its answers that is not ours.
struct HeadNodeProbe {
    let simulator: Simulator
    var credentials: String? = "HPC\\monitor:monitor"

    /// A frozen cluster unless `change` says otherwise.
    init(_ change: (inout SimulatorConfiguration) -> Void = { _ in }) throws {
        var configuration = SimulatorConfiguration()
        configuration.nodes = 30
        configuration.jobs = 400
        configuration.seed = 7
        configuration.speed = 0
        configuration.startTime = 1_750_000_000
        change(&configuration)
        simulator = try Simulator(configuration: configuration)
    }

    func ask(
        _ path: String,
        _ parameters: [(String, String)] = [],
        method: String = "GET",
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        later: Double = 0
    ) -> APIResponse {
        var fields = headers
        if let credentials {
            fields.append(
                ("Authorization", "Basic " + Data(credentials.utf8).base64EncodedString())
            )
        }
        let query = parameters.map { "\(Self.escape($0.0))=\(Self.escape($0.1))" }
        return simulator.answer(
            APIRequest(
                method,
                "/hpc" + path,
                query: query.isEmpty ? nil : query.joined(separator: "&"),
                headers: fields,
                body: body
            ),
            later: later
        )
    }

    static func escape(_ text: String) -> String {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? text
    }

    /// The rows of one page, each as its names and values.
    func rows(_ response: APIResponse) throws -> [[String: String]] {
        #expect(response.status == 200)
        let objects = try #require(response.jsonValue as? [[String: Any]])
        return try objects.map { object in
            #expect(object.count == 1)
            return try Self.properties(object["Properties"])
        }
    }

    static func properties(_ value: Any?) throws -> [String: String] {
        let pairs = try #require(value as? [[String: String]])
        var properties: [String: String] = [:]
        for pair in pairs {
            #expect(pair.count == 2)
            let name = try #require(pair["Name"])
            #expect(properties[name] == nil)
            #expect(pair["Value"] != nil)
            properties[name] = pair["Value"]
        }
        return properties
    }

    /// Walks a listing to its end by tokens.
    func walk(_ path: String, _ parameters: [(String, String)] = []) throws -> [[String: String]] {
        try pages(path, parameters).flatMap { $0 }
    }

    func pages(_ path: String, _ parameters: [(String, String)] = []) throws -> [[[String: String]]]
    {
        var pages: [[[String: String]]] = []
        var token: String?
        repeat {
            let all = parameters + (token.map { [("queryId", $0)] } ?? [])
            let response = ask(path, all)
            pages.append(try rows(response))
            token = response["x-ms-continuation-queryid"]
            try #require(pages.count < 10_000)
        } while token != nil
        return pages
    }
}

extension APIResponse {
    /// The first header of that name, in any letter case.
    subscript(name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    var jsonValue: Any? {
        try? JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed)
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The `Message` of a refusal.
    var message: String? {
        (jsonValue as? [String: Any])?["Message"] as? String
    }
}
