import Testing

@testable import Exposition

struct OpenMetricsPagesTests {
    private static func text(_ page: ExpositionPage) -> String {
        String(decoding: page.parts.flatMap(\.bytes), as: UTF8.self)
    }

    @Test func `Each type has its form`() {
        var waits = HistogramValue(bounds: [0.5, 1, 30])
        waits.observe(0.7)
        var renderer = ExpositionRenderer()
        let page = renderer.render([
            MetricFamily(
                MetricDescriptor(
                    "a_requests_total",
                    .counter,
                    labels: ["code"],
                    help: "Say \"it\"."
                )
            ) { writer in
                writer.sample("200", 3)
                writer.sample("a\"} 1", 4)
            },
            MetricFamily(MetricDescriptor("b_seconds_total", .counter, help: "Time."), 1.5),
            MetricFamily(
                MetricDescriptor("c_wait_seconds", .histogram, labels: ["group"], help: "Waits.")
            ) { $0.histogram("x", waits) },
            MetricFamily(MetricDescriptor("d_wait_seconds", .histogram, help: "Waits.")) {
                $0.histogram(waits)
            },
            MetricFamily(MetricDescriptor("e_info", .gauge, help: "A \\ and\na line."), 1),
            MetricFamily(MetricDescriptor("f_usage_ratio", .gauge, help: "Part."), 0.25),
        ])
        var pages = OpenMetricsPages(created: 1.5)
        #expect(
            Self.text(pages.convert(page)) == """
                # HELP a_requests Say \\"it\\".
                # TYPE a_requests counter
                a_requests_total{code="200"} 3
                a_requests_created{code="200"} 1.5
                a_requests_total{code="a\\"} 1"} 4
                a_requests_created{code="a\\"} 1"} 1.5
                # HELP b_seconds Time.
                # TYPE b_seconds counter
                # UNIT b_seconds seconds
                b_seconds_total 1.5
                b_seconds_created 1.5
                # HELP c_wait_seconds Waits.
                # TYPE c_wait_seconds histogram
                # UNIT c_wait_seconds seconds
                c_wait_seconds_bucket{group="x",le="0.5"} 0
                c_wait_seconds_bucket{group="x",le="1.0"} 1
                c_wait_seconds_bucket{group="x",le="30.0"} 1
                c_wait_seconds_bucket{group="x",le="+Inf"} 1
                c_wait_seconds_sum{group="x"} 0.7
                c_wait_seconds_count{group="x"} 1
                c_wait_seconds_created{group="x"} 1.5
                # HELP d_wait_seconds Waits.
                # TYPE d_wait_seconds histogram
                # UNIT d_wait_seconds seconds
                d_wait_seconds_bucket{le="0.5"} 0
                d_wait_seconds_bucket{le="1.0"} 1
                d_wait_seconds_bucket{le="30.0"} 1
                d_wait_seconds_bucket{le="+Inf"} 1
                d_wait_seconds_sum 0.7
                d_wait_seconds_count 1
                d_wait_seconds_created 1.5
                # HELP e_info A \\\\ and\\na line.
                # TYPE e_info gauge
                e_info 1
                # HELP f_usage_ratio Part.
                # TYPE f_usage_ratio gauge
                # UNIT f_usage_ratio ratio
                f_usage_ratio 0.25
                # EOF

                """
        )
    }

    @Test func `A page without families is whole too`() {
        var pages = OpenMetricsPages(created: 0)
        #expect(Self.text(pages.convert(ExpositionPage())) == "# EOF\n")
    }

    @Test func `A part that stays is not turned again`() {
        var renderer = ExpositionRenderer()
        let family = MetricFamily(MetricDescriptor("a_total", .counter, help: "A test."), 1)
        var pages = OpenMetricsPages(created: 0)
        let first = pages.convert(renderer.render([family]))
        let second = pages.convert(renderer.render([family]))
        #expect(first.parts.map(\.id) == second.parts.map(\.id))
        #expect(Self.text(first) == Self.text(second))
    }
}
