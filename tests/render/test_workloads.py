"""A service becomes a Deployment or a StatefulSet, a Service, and an autoscaler where it asks for one."""

from collections.abc import Callable
from typing import Any

import pytest

Render = Callable[..., Any]

API = """
services:
- name: api
  image: nginx:1.27
  ports: [{type: node_port, port: "80", target_port: "8080"}, {type: container_port, port: 9000}]
  command: [serve]
  args: ["--all"]
  cpu: {limits: 1000m, requests: 100m}
  memory: {limits: 1024Mi}
  replicas: 3
"""


def test_a_service_becomes_a_deployment_with_a_fixed_number_of_pods(render: Render) -> None:
    spec = render(API).manifest("Deployment", "api")["spec"]
    assert spec["replicas"] == 3
    assert spec["strategy"] == {"type": "RollingUpdate"}
    assert spec["selector"]["matchLabels"] == spec["template"]["metadata"]["labels"]


def test_its_container_says_what_the_template_says_with_canonical_quantities(render: Render) -> None:
    container = render(API).container("api")
    assert container["image"] == "nginx:1.27"
    assert (container["command"], container["args"]) == (["serve"], ["--all"])
    assert container["resources"] == {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "100m"}}
    assert [port["containerPort"] for port in container["ports"]] == [8080, 9000]


def test_pods_get_no_token_and_no_service_links(render: Render) -> None:
    pod = render(API, image_pull_secrets=("registry",)).pod("api")
    assert (pod["automountServiceAccountToken"], pod["enableServiceLinks"]) == (False, False)
    assert pod["imagePullSecrets"] == [{"name": "registry"}]
    assert "serviceAccountName" not in pod


def test_pod_labels_do_not_move_with_the_commit(render: Render) -> None:
    before = render(API).manifest("Deployment", "api")
    after = render(API, commits={"shop": "c" * 40}).manifest("Deployment", "api")
    assert before == after


def test_a_service_is_reached_in_the_cluster_by_all_its_ports(render: Render) -> None:
    service = render(API).manifest("Service", "api")["spec"]
    assert service["type"] == "ClusterIP"
    assert [(port["name"], port["port"], port["targetPort"]) for port in service["ports"]] == [
        ("p80", 80, 8080),
        ("p9000", 9000, 9000),
    ]


def test_a_service_without_ports_has_no_name_in_the_cluster(render: Render) -> None:
    assert render("services: [{name: worker, image: acme/worker}]").names("Service") == []


def test_a_job_of_the_same_name_gets_no_traffic(render: Render) -> None:
    group = render(API + "jobs: [{name: api, image: acme/migrate}]")
    selector = group.manifest("Service", "api")["spec"]["selector"]
    [job] = group.names("Job")
    labels = group.manifest("Job", job)["spec"]["template"]["metadata"]["labels"]
    assert not selector.items() <= labels.items()


def test_a_stateful_service_has_claims_of_its_own_and_a_headless_name(render: Render) -> None:
    group = render("""
services:
- name: db
  image: postgres:16
  stateful: true
  volumes: [{type: persistent, name: data, size: 2048Mi, mount_path: /data}]
""")
    assert group.manifest("Service", "db")["spec"]["clusterIP"] == "None"
    spec = group.manifest("StatefulSet", "db")["spec"]
    assert (spec["serviceName"], spec["replicas"]) == ("db", 1)
    [template] = spec["volumeClaimTemplates"]
    assert template["metadata"] == {"name": "data"}
    assert template["spec"]["resources"] == {"requests": {"storage": "2Gi"}}
    assert group.container("db", "StatefulSet")["volumeMounts"] == [{"name": "data", "mountPath": "/data"}]
    assert "volumes" not in group.pod("db", "StatefulSet")
    assert group.names("PersistentVolumeClaim") == []


def test_an_autoscaled_service_leaves_its_replicas_to_the_autoscaler(render: Render) -> None:
    group = render("""
services:
- name: api
  image: nginx:1.27
  replicas: 2
  autoscale:
    min_replicas: 2
    max_replicas: 6
    metrics:
    - resource: {name: cpu, average_utilization: 60}
    - resource: {name: memory, average_value: 1024Mi}
""")
    assert "replicas" not in group.manifest("Deployment", "api")["spec"]
    spec = group.manifest("HorizontalPodAutoscaler", "api")["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"], spec["scaleTargetRef"]["kind"]) == (2, 6, "Deployment")
    assert [metric["resource"]["target"] for metric in spec["metrics"]] == [
        {"type": "Utilization", "averageUtilization": 60},
        {"type": "AverageValue", "averageValue": "1Gi"},
    ]


def test_a_static_service_is_not_rendered(render: Render) -> None:
    group = render(
        "services: [{name: site, static: true, build_command: make, ports: [{type: node_port, port: 80, target_port: 80}]}]"
    )
    assert [one.key.kind for one in group.rendered.objects] == ["Namespace"]
    assert "static" in [unsupported.key.rpartition(".")[2] for unsupported in group.rendered.unsupported]


def test_probes_and_init_containers_are_written_as_kubernetes_reads_them(render: Render) -> None:
    group = render("""
services:
- name: api
  image: nginx:1.27
  liveness_probe: {http_get: {path: /alive, port: 8080}, initial_delay_seconds: 0, period_seconds: 5}
  readiness_probe: {exec: {command: [ready]}, failure_threshold: 3}
  init: [{name: wait, image: busybox, command: [wait]}]
""")
    container = group.container("api")
    assert container["livenessProbe"] == {
        "httpGet": {"path": "/alive", "port": 8080},
        "initialDelaySeconds": 0,
        "periodSeconds": 5,
    }
    assert container["readinessProbe"] == {"exec": {"command": ["ready"]}, "failureThreshold": 3}
    assert [(init["name"], init["command"]) for init in group.pod("api")["initContainers"]] == [("wait", ["wait"])]


OPEN = "{type: node_port, port: 25, target_port: 2525, loadbalancer: true, backend_protocol: tcp}"
PORTS = [
    (f"ports: [{OPEN}]", {"api": "LoadBalancer"}),
    (f"ports: [{OPEN}, {{type: container_port, port: 9000}}]", {"api": "ClusterIP", "shop-api-loadbalancer": "LoadBalancer"}),
    (f"stateful: true, ports: [{OPEN}]", {"api": "headless", "shop-api-loadbalancer": "LoadBalancer"}),
]


@pytest.mark.parametrize(("declared", "services"), PORTS)
def test_a_load_balancer_opens_the_ports_that_ask_for_it_and_no_others(
    render: Render, declared: str, services: dict[str, str]
) -> None:
    group = render(f"services: [{{name: api, image: nginx, {declared}}}]")
    specs = {name: group.manifest("Service", name)["spec"] for name in group.names("Service")}
    assert {name: spec.get("type", "headless") for name, spec in specs.items()} == services
    opened = [spec for spec in specs.values() if spec.get("type") == "LoadBalancer"]
    assert [port["port"] for spec in opened for port in spec["ports"]] == [25]


def test_the_protocol_behind_a_load_balancer_is_an_annotation(render: Render) -> None:
    group = render(f"services: [{{name: api, image: nginx, ports: [{OPEN}]}}]")
    annotations = group.manifest("Service", "api")["metadata"]["annotations"]
    assert annotations["service.beta.kubernetes.io/aws-load-balancer-backend-protocol"] == "tcp"
