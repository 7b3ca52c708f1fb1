import Foundation
import Testing

/// The ways to run it: image, compose, systemd, Kubernetes and Grafana's provisioning.
struct DeploymentTests {
    private static let changeMark = "CHANGE THIS ONE THING"

    @Test(arguments: [
        "packaging/compose/compose.yml", "packaging/kubernetes/exporter/kustomization.yaml",
        "dashboards/prometheus.yml", "dashboards/rules/alerts.yml",
        "dashboards/provisioning/datasources/prometheus.yml",
        "dashboards/provisioning/dashboards/hpcpack.yml",
    ])
    func `The one thing to change is marked, once`(file: String) throws {
        let text = try Repository.text(file)
        #expect(text.components(separatedBy: Self.changeMark).count == 2)
    }

    @Test func `The image builds from images that can be given by digest`() throws {
        let docker = DockerfileText(try Repository.text("Dockerfile"))
        #expect(Set(docker.arguments.keys) == ["SWIFT_IMAGE", "DEBIAN_IMAGE"])
        let bases = docker.stages.map(\.base)
        let stages = docker.stages.map(\.name)
        for base in bases {
            #expect(["${SWIFT_IMAGE}", "${DEBIAN_IMAGE}"].contains(base) || stages.contains(base))
        }
        // With an empty time the compiler refuses to work, and a default would be just that.
        let build = try #require(docker.stages.first { $0.name == "build" })
        #expect(build.all("ARG").contains("SOURCE_DATE_EPOCH"))
        // Both of one Debian release: the binary links to its libc and libcurl.
        #expect(docker.arguments.values.allSatisfy { $0.contains("bookworm") })
    }

    @Test func `The image runs the exporter as a numbered user and stops on SIGTERM`() throws {
        let docker = DockerfileText(try Repository.text("Dockerfile"))
        let last = try #require(docker.stages.last)
        #expect(last.name == "exporter")
        let lineage = docker.lineage("exporter")
        #expect(lineage.first?.base == "${DEBIAN_IMAGE}")
        #expect(lineage.flatMap { $0.all("USER") } == ["65532:65532"])
        #expect(lineage.flatMap { $0.all("STOPSIGNAL") } == ["SIGTERM"])
        #expect(
            lineage.flatMap { $0.all("ENTRYPOINT") } == [#"["/usr/local/bin/hpcpack-exporter"]"#]
        )
        #expect(lineage.flatMap { $0.all("EXPOSE") } == ["10052"])
        #expect(lineage.flatMap { $0.all("ENV") }.isEmpty)
        let labels = last.all("LABEL").joined()
        for label in [
            "title", "description", "licenses", "version", "revision", "source", "documentation",
            "created",
        ] {
            #expect(labels.contains("org.opencontainers.image.\(label)="))
        }
    }

    @Test func `The build context leaves out secrets and what a build leaves behind`() throws {
        let ignored = Set(try Repository.text(".dockerignore").split(separator: "\n"))
        #expect(ignored.isSuperset(of: [".build", ".git", "**/*.key", "**/*.pem", "**/.env"]))
    }

    @Test func `The compose example has all four parts and shows the simulator`() throws {
        let compose = try YAMLFile.document(
            Repository.packaging.appendingPathComponent("compose/compose.yml")
        )
        let services = compose["services"]
        #expect(services.keys == ["exporter", "grafana", "prometheus", "simulator"])
        let exporter = services["exporter"]
        #expect(
            exporter["environment"]["HPCPACK_EXPORTER_HPCPACK_URL"].string
                == "http://simulator:8060"
        )
        #expect(exporter["read_only"].bool == true)
        #expect(exporter["cap_drop"].strings == ["ALL"])
        let secret = compose["secrets"]["hpcpack-password"]["file"].string
        #expect(secret.map(Self.exists) == true)
        for service in services.keys {
            // Whatever is published is for this machine only.
            #expect(services[service]["ports"].strings.allSatisfy { $0.hasPrefix("127.0.0.1:") })
            for volume in services[service]["volumes"].strings where volume.hasPrefix(".") {
                #expect(Self.exists(String(volume.prefix { $0 != ":" })), "\(volume)")
                #expect(volume.hasSuffix(":ro"), "\(volume)")
            }
        }
    }

    @Test func `Compose mounts every dashboard and every rule file where they are looked for`()
        throws
    {
        let compose = try YAMLFile.document(
            Repository.packaging.appendingPathComponent("compose/compose.yml")
        )
        let provider = try YAMLFile.document(
            Repository.dashboards.appendingPathComponent("provisioning/dashboards/hpcpack.yml")
        )
        let path = try #require(provider["providers"].list.first?["options"]["path"].string)
        let mounts = compose["services"]["grafana"]["volumes"].strings
        for dashboard in Dashboard.all {
            #expect(
                mounts.contains("../../dashboards/\(dashboard.file):\(path)/\(dashboard.file):ro")
            )
        }
        let rules = compose["services"]["prometheus"]["volumes"].strings
        for file in Repository.ruleFiles.map(\.lastPathComponent) {
            #expect(
                rules.contains("../../dashboards/rules/\(file):/etc/prometheus/rules/\(file):ro")
            )
        }
    }

    @Test func `Grafana is provisioned with a Prometheus that knows its scrape interval`() throws {
        let folder = Repository.dashboards
        let file = try YAMLFile.document(
            folder.appendingPathComponent("provisioning/datasources/prometheus.yml")
        )
        let source = try #require(file["datasources"].list.first)
        #expect(file["apiVersion"].number == 1)
        #expect(source["type"].string == "prometheus")
        let scrape = try YAMLFile.document(folder.appendingPathComponent("prometheus.yml"))
        #expect(source["jsonData"]["timeInterval"] == scrape["global"]["scrape_interval"])
    }

    private static func exists(_ path: String) -> Bool {
        let url = Repository.packaging.appendingPathComponent("compose/" + path)
        return FileManager.default.fileExists(atPath: url.standardizedFileURL.path)
    }
}
