import Foundation
import TestSupport
import Testing

/// `make soak`: the built exporter for minutes against a head node that churns, breaks and is scraped.
///
/// `SOAK_SECONDS` sets how long, `SOAK_SEED` the seed of the history; without the first nothing runs.
struct SoakTests {
    static let seconds = ProcessInfo.processInfo.environment["SOAK_SECONDS"].flatMap(Double.init)

    @Test(.enabled(if: seconds != nil, "make soak sets SOAK_SECONDS"))
    func `Minutes of churn, faults and scrapes leave the exporter small and its numbers exact`()
        throws
    {
        let seed = ProcessInfo.processInfo.environment["SOAK_SEED"].flatMap(UInt64.init) ?? 1
        var soak = try Soak(seed: seed)
        try soak.run(seconds: Self.seconds ?? 0)
        print(soak.table)
        #expect(soak.complaints.isEmpty, "\(soak.complaints.prefix(20).joined(separator: "\n"))")
    }
}
