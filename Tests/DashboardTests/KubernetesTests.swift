import Flags
import Foundation
import TestSupport
import Testing

/// The Kubernetes objects below `packaging/kubernetes`.
struct KubernetesTests {
    private static let folder = Repository.packaging.appendingPathComponent("kubernetes")

    private func document(_ path: String) throws -> Tree {
        try YAMLFile.document(Self.folder.appendingPathComponent(path))
    }

    @Test func `Every file belongs to a kustomization`() throws {
        #expect(
            try document("kustomization.yaml")["resources"].strings == ["exporter", "monitoring"]
        )
        for folder in ["exporter", "monitoring"] {
            let files = try Repository.files(Self.folder.appendingPathComponent(folder), "yaml")
                .map(\.lastPathComponent)
            let kustomization = try document("\(folder)/kustomization.yaml")
            #expect(
                files.sorted()
                    == (kustomization["resources"].strings + ["kustomization.yaml"]).sorted()
            )
        }
    }

    @Test func `The exporter runs confined, with the password from a Secret`() throws {
        let pod = try document("exporter/deployment.yaml")["spec"]["template"]["spec"]
        #expect(pod["securityContext"]["runAsNonRoot"].bool == true)
        #expect(pod["securityContext"]["runAsUser"].number == 65532)
        #expect(pod["automountServiceAccountToken"].bool == false)
        let container = try #require(pod["containers"].list.first)
        #expect(container["securityContext"]["readOnlyRootFilesystem"].bool == true)
        #expect(container["securityContext"]["allowPrivilegeEscalation"].bool == false)
        #expect(container["securityContext"]["capabilities"]["drop"].strings == ["ALL"])
        #expect(container["livenessProbe"]["httpGet"]["path"].string == "/-/healthy")
        #expect(container["readinessProbe"]["httpGet"]["path"].string == "/-/ready")
        #expect(pod["volumes"].list.first?["secret"]["secretName"].string == "hpcpack-exporter")
        let mount = try #require(container["volumeMounts"].list.first?["mountPath"].string)
        let variable = try #require(container["env"].list.first)
        #expect(variable["name"].string == "HPCPACK_EXPORTER_HPCPACK_PASSWORD_FILE")
        #expect(variable["value"].string == mount + "/password")
    }

    @Test func `Settings and image are changed in one file, and the image has a version`() throws {
        let container = try #require(
            document("exporter/deployment.yaml")["spec"]["template"]["spec"]["containers"].list
                .first
        )
        let kustomization = try document("exporter/kustomization.yaml")
        let image = try #require(kustomization["images"].list.first)
        #expect(container["image"] == image["name"])
        #expect(image["newTag"].string == BuildInfo.version)
        let settings = try #require(kustomization["configMapGenerator"].list.first)
        #expect(container["envFrom"].list.first?["configMapRef"]["name"] == settings["name"])
        #expect(
            settings["literals"].strings.map { $0.prefix { $0 != "=" } } == [
                "HPCPACK_EXPORTER_HPCPACK_URL", "HPCPACK_EXPORTER_HPCPACK_USERNAME",
            ]
        )
        #expect(!settings["literals"].strings.contains { $0.contains(#"\\"#) })
    }

    @Test func `Service and ServiceMonitor lead to the pod under a name that stays`() throws {
        let deployment = try document("exporter/deployment.yaml")
        let service = try document("exporter/service.yaml")
        let monitor = try document("exporter/servicemonitor.yaml")
        let labels = deployment["spec"]["template"]["metadata"]["labels"]
        #expect(!labels.keys.isEmpty && deployment["spec"]["selector"]["matchLabels"] == labels)
        #expect(service["spec"]["selector"] == labels)
        #expect(monitor["spec"]["selector"]["matchLabels"] == service["metadata"]["labels"])
        let port = deployment["spec"]["template"]["spec"]["containers"].list.first?["ports"].list
            .first
        #expect(port?["containerPort"].number == 10052)
        #expect(service["spec"]["ports"].list.first?["targetPort"] == port?["name"])
        let endpoint = try #require(monitor["spec"]["endpoints"].list.first)
        #expect(endpoint["port"] == port?["name"])
        // The job, by which the alerts know an exporter, is the name of the Service.
        #expect(service["metadata"]["name"].string?.contains("hpcpack") == true)
        // What names the cluster is a label of the Service, which the kustomization sets and overlays change.
        let named = try document("exporter/kustomization.yaml")["labels"].list.first?["pairs"].keys
        #expect(named == ["cluster"])
        #expect(monitor["spec"]["targetLabels"].strings == named)
        let instance = endpoint["relabelings"].list.filter {
            $0["targetLabel"].string == "instance"
        }
        #expect(instance.count == 1 && instance.allSatisfy { $0["replacement"].isMissing })
        #expect(
            instance.first?["sourceLabels"].strings.allSatisfy {
                $0.hasPrefix("__meta_kubernetes_")
            } == true
        )
    }

    @Test func `Rules and dashboards are those of their files`() throws {
        // What a reader of YAML sees, whatever the script has made of it.
        let groups = try Repository.ruleFiles.flatMap { try YAMLFile.document($0)["groups"].list }
        #expect(try document("monitoring/prometheusrule.yaml")["spec"]["groups"].list == groups)
        let maps = try YAMLFile.documents(
            Self.folder.appendingPathComponent("monitoring/dashboards.yaml")
        )
        #expect(maps.count == Dashboard.all.count)
        for map in maps {
            let file = try #require(map["data"].keys.first)
            #expect(map["data"][file].string == (try Repository.text("dashboards/" + file)))
            #expect(map["metadata"]["labels"]["grafana_dashboard"].string == "1")
            // "kubectl apply" keeps a copy in an annotation, which holds no more.
            #expect(try Repository.text("dashboards/" + file).utf8.count < 200_000)
        }
    }
}
