import Foundation
import TestSupport

/// Chromium without a window, with a profile of its own, for one page at a time.
struct HeadlessBrowser {
    /// What a visit left.
    struct Visit {
        /// The document as the browser understood it.
        var dom: String
        /// Lines of the log that came from the page.
        var console: [String]
    }

    private let chromium: InstalledTool
    private let timeout: InstalledTool

    init() throws {
        chromium = try InstalledTool("chromium", package: "chromium")
        timeout = try InstalledTool("timeout", package: "coreutils")
    }

    /// Opens a page and gives its document.
    func visit(_ url: String, width: Int, height: Int = 900) throws -> Visit {
        let output = try run(url, width, height, ["--dump-dom"])
        // The document and the log share one stream.
        let start = output.range(of: "<!DOCTYPE html>")?.lowerBound
        return Visit(
            dom: start.map { String(output[$0...]) } ?? "",
            console: output.split(separator: "\n").filter { $0.contains("CONSOLE") }.map(
                String.init
            )
        )
    }

    /// How wide the content of a page is inside a frame of a width.
    ///
    /// A frame takes its width for what media queries ask, and its document may be measured from around it;
    /// the page itself needs no script for that.
    func contentWidth(of html: String, inFrameOf width: Int) throws -> Int? {
        let page = FileManager.default.temporaryDirectory
            .appendingPathComponent("frame-\(UUID()).html")
        let quoted = html.replacingOccurrences(of: "&", with: "&amp;")
            .replacingOccurrences(of: "\"", with: "&quot;")
        let frame = """
            <!DOCTYPE html><body><p id="width"></p>
            <script>
            function measure(frame) {
              document.getElementById("width").textContent =
                "content " + frame.contentDocument.documentElement.scrollWidth + " px";
            }
            </script>
            <iframe onload="measure(this)" style="width:\(width)px;height:800px;border:0" srcdoc="\(quoted)">
            </iframe></body>
            """
        try Data(frame.utf8).write(to: page)
        defer { try? FileManager.default.removeItem(at: page) }
        let dom = try visit(page.absoluteString, width: 1600).dom
        guard let range = dom.range(of: #"<p id="width">content "#) else { return nil }
        return Int(dom[range.upperBound...].prefix { $0.isNumber })
    }

    private func run(
        _ url: String,
        _ width: Int,
        _ height: Int,
        _ flags: [String]
    ) throws -> String {
        let profile = FileManager.default.temporaryDirectory
            .appendingPathComponent("browser-\(UUID())")
        defer { try? FileManager.default.removeItem(at: profile) }
        let arguments =
            [
                "60", chromium.url.path, "--headless", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--hide-scrollbars", "--enable-logging=stderr",
                "--user-data-dir=\(profile.path)", "--window-size=\(width),\(height)",
            ] + flags + [url]
        let outcome = try timeout.run(arguments)
        guard outcome.status == 0 else {
            throw InstalledTool.Missing(
                description: "chromium ended with \(outcome.status): \(outcome.output)"
            )
        }
        return outcome.output
    }
}
