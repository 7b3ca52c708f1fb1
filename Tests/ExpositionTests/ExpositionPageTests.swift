import Testing

@testable import Exposition

/// The text format 0.0.4, as whole pages.
struct ExpositionPageTests {
    private static func page(_ families: [MetricFamily]) -> String {
        String(decoding: ExpositionPage.render(families), as: UTF8.self)
    }

    private static let jobs = MetricDescriptor(
        "jobs",
        .gauge,
        labels: ["group", "state"],
        help: "Jobs by group."
    )

    @Test func `Families are sorted by name and series by labels`() {
        let page = Self.page([
            MetricFamily(MetricDescriptor("up", .gauge, help: "Works.")) { $0.sample(1) },
            MetricFamily(Self.jobs) { writer in
                writer.sample("b", "Queued", 2)
                writer.sample("a", "Running", 3)
                writer.sample("a", "Queued", 1)
            },
            MetricFamily(MetricDescriptor("reads_total", .counter, help: "Reads.")) {
                $0.sample(0.25)
            },
        ])
        #expect(
            page == """
                # HELP jobs Jobs by group.
                # TYPE jobs gauge
                jobs{group="a",state="Queued"} 1
                jobs{group="a",state="Running"} 3
                jobs{group="b",state="Queued"} 2
                # HELP reads_total Reads.
                # TYPE reads_total counter
                reads_total 0.25
                # HELP up Works.
                # TYPE up gauge
                up 1

                """
        )
    }

    @Test func `Texts are escaped, each in its own way`() {
        let descriptor = MetricDescriptor(
            "m",
            .gauge,
            labels: ["l"],
            help: "A \\ and a\nbreak and a \"quote\"."
        )
        let page = Self.page([
            MetricFamily(descriptor) { $0.sample(LabelValue("a\\b\"c\nd{}=,é計"), 1) }
        ])
        #expect(
            page == """
                # HELP m A \\\\ and a\\nbreak and a "quote".
                # TYPE m gauge
                m{l="a\\\\b\\"c\\nd{}=,é計"} 1

                """
        )
    }

    @Test func `An absent or empty label is left out, and its comma with it`() {
        let descriptor = MetricDescriptor("m", .gauge, labels: ["a", "b", "c"], help: "M.")
        let page = Self.page([
            MetricFamily(descriptor) { writer in
                writer.sample("x", nil, "z", 1)
                writer.sample(nil, "y", nil, 2)
                writer.sample("", nil, nil, 3)
            }
        ])
        #expect(
            page.contains("m{a=\"x\",c=\"z\"} 1\n") && page.contains("m{b=\"y\"} 2\n")
                && page.contains("\nm 3\n")
        )
    }

    @Test func `A family without series does not appear`() {
        #expect(Self.page([MetricFamily(Self.jobs) { _ in }]).isEmpty)
        #expect(
            Self.page([MetricFamily(MetricDescriptor("up", .gauge, help: "Works."), nil)]).isEmpty
        )
    }

    @Test func `Of two series with the same labels the last stays`() {
        let page = Self.page([
            MetricFamily(Self.jobs) { writer in
                writer.sample("b", "Queued", 1)
                writer.sample("a", "Queued", 2)
                writer.sample("b", "Queued", 3)
            }
        ])
        #expect(
            page.hasSuffix(
                "jobs{group=\"a\",state=\"Queued\"} 2\njobs{group=\"b\",state=\"Queued\"} 3\n"
            )
        )
    }

    @Test func `A value that is the beginning of another comes first`() {
        let values = ["a", "a b", "a!", "a\"b", "ab", "b", "é", "計"]
        let page = Self.page([
            MetricFamily(MetricDescriptor("m", .gauge, labels: ["l"], help: "M.")) { writer in
                for value in values.reversed() { writer.sample(LabelValue(value), 1) }
            }
        ])
        let lines = page.split(separator: "\n").dropFirst(2).map(String.init)
        #expect(lines.first == "m{l=\"a\"} 1")
        #expect(lines.count == values.count)
        #expect(lines[1] == "m{l=\"a b\"} 1")
    }

    @Test func `A histogram is cumulative, and its lines stay together`() {
        var first = HistogramValue(bounds: [1, 2.5])
        for value in [0.5, 1, 2, 99] { first.observe(value) }
        let descriptor = MetricDescriptor(
            "wait_seconds",
            .histogram,
            labels: ["group"],
            help: "Waits."
        )
        let page = Self.page([
            MetricFamily(descriptor) { writer in
                writer.histogram("b", HistogramValue(bounds: [1, 2.5]))
                writer.histogram("a", first)
            }
        ])
        #expect(
            page == """
                # HELP wait_seconds Waits.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{group="a",le="1"} 2
                wait_seconds_bucket{group="a",le="2.5"} 3
                wait_seconds_bucket{group="a",le="+Inf"} 4
                wait_seconds_sum{group="a"} 102.5
                wait_seconds_count{group="a"} 4
                wait_seconds_bucket{group="b",le="1"} 0
                wait_seconds_bucket{group="b",le="2.5"} 0
                wait_seconds_bucket{group="b",le="+Inf"} 0
                wait_seconds_sum{group="b"} 0
                wait_seconds_count{group="b"} 0

                """
        )
    }

    @Test(
        arguments: [
            (0, "0"), (-0.0, "0"), (1, "1"), (-17, "-17"), (1_795_508_280, "1795508280"),
            (9_007_199_254_740_991, "9007199254740991"),
            (0.1, "0.1"), (1e-7, "1e-07"), (1e300, "1e+300"), (.infinity, "+Inf"),
            (-.infinity, "-Inf"), (.nan, "NaN"),
        ] as [(Double, String)]
    )
    func `A number is written so that it reads back the same`(value: Double, text: String) {
        var page = PageBuffer(expecting: PageBuffer.numberBytes)
        page.append(value)
        #expect(String(decoding: page.finished(), as: UTF8.self) == text)
    }

    @Test(arguments: [0, 9, 10, -10, Int.max, Int.min])
    func `A whole number is written whole`(value: Int) {
        var page = PageBuffer(expecting: PageBuffer.numberBytes)
        page.append(value)
        #expect(String(decoding: page.finished(), as: UTF8.self) == "\(value)")
    }

    @Test func `Values are in order whatever their length and wherever they differ`() {
        // A value that ends comes before one that goes on, also before marks that are less than a quote.
        let values = (0..<40).flatMap { length in
            ["", "!", "a", "\"", "é"].map { String(repeating: "n", count: length) + $0 }
        }.filter { !$0.isEmpty }
        let descriptor = MetricDescriptor("test", .gauge, labels: ["node"], help: "A test.")
        let page = Self.page([
            MetricFamily(descriptor) { writer in
                for value in values.shuffled() { writer.sample(LabelValue(value), 1) }
            }
        ])
        let shown = page.split(separator: "\n").dropFirst(2).map { line in
            Array(line.utf8.dropFirst(11).dropLast(4))
        }
        #expect(shown.count == Set(values).count)
        #expect(shown == shown.sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test func `Any order of series leads to the same bytes`() {
        var series = (0..<200).map {
            (LabelValue("group \($0 % 17) \"\($0)\""), LabelValue("state\($0 % 5)"))
        }
        let expected = Self.page([
            MetricFamily(Self.jobs) { writer in for one in series { writer.sample(one.0, one.1, 1) }
            }
        ])
        for _ in 0..<20 {
            series.shuffle()
            let shuffled = series
            #expect(
                Self.page([
                    MetricFamily(Self.jobs) { writer in
                        for one in shuffled { writer.sample(one.0, one.1, 1) }
                    }
                ]) == expected
            )
        }
    }
}
