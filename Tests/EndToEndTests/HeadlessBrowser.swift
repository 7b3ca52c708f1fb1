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

    init() throws { chromium = try InstalledTool("chromium", package: "chromium") }

    /// Opens a page and gives its document.
    func visit(_ url: String, width: Int, height: Int = 900) throws -> Visit {
        let profile = try TemporaryFolder()
        let outcome = try chromium.run(
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--hide-scrollbars", "--enable-logging=stderr", "--user-data-dir=\(profile.path)",
                "--window-size=\(width),\(height)", "--dump-dom", url,
            ]
        )
        guard outcome.status == 0 else {
            throw SetUpFailure(description: "chromium: \(outcome.status), \(outcome.errors)")
        }
        let console = outcome.errors.split(separator: "\n").filter { $0.contains("CONSOLE") }
        return Visit(dom: outcome.text, console: console.map(String.init))
    }

    /// How wide the content of a page is inside a frame of a width.
    ///
    /// A frame takes its width for what media queries ask, and its document may be measured from around it;
    /// the page itself needs no script for that.
    func contentWidth(of html: String, inFrameOf width: Int) throws -> Int? {
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
        let folder = try TemporaryFolder()
        let dom = try visit("file://" + folder.write("frame.html", frame), width: 1600).dom
        guard let range = dom.range(of: #"<p id="width">content "#) else { return nil }
        return Int(dom[range.upperBound...].prefix { $0.isNumber })
    }
}
