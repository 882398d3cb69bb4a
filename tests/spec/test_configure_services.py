"""How services, jobs and cron jobs are read."""

import pytest

from reconciler.model.ids import AppName
from reconciler.model.place import Origin
from reconciler.model.problem import Problem, Severity
from reconciler.model.workload import PortType, Service, VolumeType
from reconciler.spec.configure import Names, configure
from reconciler.spec.template import read_template

NAMES = Names(AppName("shop"), "t1abcde", "example.com", {}, ())


def problems_of(text: str) -> tuple[Problem, ...]:
    """All problems of a template."""
    template, problems = read_template(text.encode(), Origin("template.yaml"))
    assert template is not None
    return (*problems, *configure(template, NAMES)[1])


def service_of(text: str, *, resources: str = "") -> Service:
    """The first service of a sound template."""
    template, problems = read_template(f"{resources}\nservices:\n- {text}\n".encode(), Origin("template.yaml"))
    assert template is not None
    configuration, more = configure(template, NAMES)
    assert (*problems, *more) == ()
    assert configuration is not None
    return configuration.services[0]


RESOURCES = (
    "resources: {cpu: {limits: 1, requests: 100m}, memory: {limits: 1Gi}, replicas: 2, storage: {size: 10Gi, type: aws-efs}}"
)


def test_the_defaults_are_folded_in() -> None:
    service = service_of("{name: web, image: web}", resources=RESOURCES)

    assert service.cpu is not None
    assert (str(service.cpu.limits), str(service.cpu.requests)) == ("1", "100m")
    assert service.memory is not None
    assert (str(service.memory.limits), service.memory.requests) == ("1Gi", None)
    assert service.storage is not None
    assert (str(service.storage.size), service.storage.type) == ("10Gi", "aws-efs")
    assert service.replicas == 2
    assert service.at("cpu").line == 1


def test_a_service_overrides_a_default_as_a_whole() -> None:
    service = service_of("{name: web, image: web, cpu: {requests: 50m}, replicas: 0}", resources=RESOURCES)

    assert service.cpu is not None
    assert (service.cpu.limits, str(service.cpu.requests)) == (None, "50m")
    assert service.replicas == 0
    assert service.at("cpu").line == 3


def test_a_service_without_resources_runs_once() -> None:
    service = service_of("{name: web, image: web}")

    assert (service.replicas, service.cpu, service.memory, service.storage) == (1, None, None, None)


def test_ports_are_numbers_quoted_or_not() -> None:
    service = service_of("""name: web
  image: web
  ports:
  - {type: node_port, port: '80', target_port: '8080', loadbalancer: 'true', backend_protocol: tls}
  - {type: container_port, port: 6379}""")

    assert [(port.type, port.port, port.target_port) for port in service.ports] == [
        (PortType.NODE, 80, 8080),
        (PortType.CONTAINER, 6379, 6379),
    ]
    assert (service.ports[0].loadbalancer, service.ports[0].backend_protocol) == (True, "tls")


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "8.5", "'80 '"])
def test_a_port_out_of_range_is_an_error(port: str) -> None:
    problems = problems_of(f"services: [{{name: web, image: web, ports: [{{type: container_port, port: {port}}}]}}]")

    assert {problem.code for problem in problems} <= {"R321", "R103"}
    assert problems


def test_volumes_are_of_three_kinds() -> None:
    text = """
shared_volumes: [{name: media, size: 1Gi}]
services:
- name: web
  image: web
  volumes:
  - {type: persistent, name: data, mount_path: /data, size: 10Gi}
  - {claim: media, mount_path: /media}
  - {type: shmem, name: shm, mount_path: /dev/shm, size: 64Mi}
"""
    template, _ = read_template(text.encode(), Origin("template.yaml"))
    assert template is not None
    configuration, problems = configure(template, NAMES)

    assert problems == ()
    assert configuration is not None
    assert [(volume.type, volume.name, volume.mount_path) for volume in configuration.services[0].volumes] == [
        (VolumeType.PERSISTENT, "data", "/data"),
        (VolumeType.CLAIM, "media", "/media"),
        (VolumeType.SHMEM, "shm", "/dev/shm"),
    ]


def test_containers_commands_and_files_are_read() -> None:
    service = service_of("""name: web
  image: acme/shop/web
  has_repo: true
  command: [sh, -c]
  args: ["sleep 1", 2]
  envs: [{key: COLOR, value: blue}, {key: DEBUG, value: true}]
  depends_on: [db]
  stateful: true
  service_account_name: reader
  node_selector: [{key: arch, value: amd64}]
  configmap: [{name: one, mount_path: /etc/one.txt, repo_path: ./conf/one.txt}]
  init: [{name: wait, image: busybox, command: [sleep, "1"]}, {image: alpine}]
- name: db
  image: postgres
  readiness_probe: {exec: {command: [pg_isready]}}""")

    assert (service.image, service.built, service.command, service.args) == (
        "acme/shop/web",
        True,
        ("sh", "-c"),
        ("sleep 1", "2"),
    )
    assert [(env.key, env.value) for env in service.envs] == [("COLOR", "blue"), ("DEBUG", "true")]
    assert (service.depends_on, service.stateful, service.service_account_name) == (("db",), True, "reader")
    assert [(label.key, label.value) for label in service.node_selector] == [("arch", "amd64")]
    assert [(file.mount_path, file.repo_path) for file in service.configmap] == [("/etc/one.txt", "conf/one.txt")]
    assert [container.name for container in service.init] == ["wait", "init-1"]


@pytest.mark.parametrize(
    ("text", "built"),
    [
        ("{name: web, build: {context: .}}", True),
        ("{name: web, image: web, has_repo: false, build: {context: .}}", False),
        ("{name: web, image: web}", False),
    ],
)
def test_an_image_is_built_by_word_or_by_build(text: str, built: bool) -> None:
    assert service_of(text).built is built


def test_probes_are_read() -> None:
    service = service_of("""name: web
  image: web
  liveness_probe: {exec: {command: [redis-cli, ping]}, period_seconds: 30, timeout_seconds: 5, failure_threshold: 3}
  readiness_probe: {http_get: {path: /, port: "80"}, initial_delay_seconds: 5, success_threshold: 2}""")

    live, ready = service.liveness_probe, service.readiness_probe
    assert live is not None
    assert ready is not None
    assert (live.command, live.port, live.period_seconds, live.timeout_seconds, live.failure_threshold) == (
        ("redis-cli", "ping"),
        None,
        30,
        5,
        3,
    )
    assert (ready.path, ready.port, ready.initial_delay_seconds, ready.success_threshold) == ("/", 80, 5, 2)


def test_an_autoscaler_is_read() -> None:
    service = service_of(
        "{name: web, image: web, autoscale: {min_replicas: 3, max_replicas: 10, metrics:"
        " [{resource: {name: cpu, average_utilization: 50}}, {resource: {name: memory, average_value: 100Mi}}]}}"
    )

    assert service.autoscale is not None
    assert (service.autoscale.min_replicas, service.autoscale.max_replicas) == (3, 10)
    assert [(metric.resource, metric.average_utilization, str(metric.average_value)) for metric in service.autoscale.metrics] == [
        ("cpu", 50, "None"),
        ("memory", None, "100Mi"),
    ]


def test_jobs_and_cron_jobs_are_read() -> None:
    text = """
services: [{name: web, image: web}]
jobs: [{name: migrate, from_services: web, command: [rake, migrate], completed_timeout: 600}]
cron_jobs: [{name: nightly, image: cleaner, schedule: "0 3 * * *"}]
"""
    template, _ = read_template(text.encode(), Origin("template.yaml"))
    assert template is not None
    configuration, problems = configure(template, NAMES)

    assert problems == ()
    assert configuration is not None
    job, cron = configuration.jobs[0], configuration.cron_jobs[0]
    assert (job.name, job.from_services, job.command, job.completed_timeout) == ("migrate", "web", ("rake", "migrate"), 600)
    assert (cron.name, cron.image, cron.schedule) == ("nightly", "cleaner", "0 3 * * *")


MISTAKES = {
    "services: [{name: web, image: a, memory: {limits: 1Q}}]": "R320",
    "services: [{name: web, image: a, memory: {limits: 1Gi, requests: 2Gi}}]": "R327",
    "services: [{name: web, image: a, cpu: {limits: -1}}]": "R320",
    "services: [{name: web, image: a, replicas: many}]": "R321",
    "services: [{name: web, image: a, stateful: perhaps}]": "R321",
    "services: [{name: web_app, image: a}]": "R323",
    "services: [{name: web, image: a}, {name: web, image: b}]": "R325",
    "services: [{name: web}]": "R330",
    "services: [{name: web, image: a, volumes: [{type: persistent, name: a}]}]": "R328",
    "services: [{name: web, image: a, volumes: [{type: persistent, mount_path: /a}]}]": "R328",
    "services: [{name: web, image: a, volumes: [{type: persistent, name: a, mount_path: a}]}]": "R328",
    "services: [{name: web, image: a, configmap: [{mount_path: /a, repo_path: ../a}]}]": "R328",
    "shared_volumes: [{name: a}]": "R328",
    "services: [{name: web, image: a, liveness_probe: {}}]": "R329",
    "services: [{name: web, image: a, liveness_probe: {http_get: {path: /}}}]": "R329",
    "services: [{name: web, image: a, liveness_probe: {http_get: {port: 1}, exec: {command: [a]}}}]": "R329",
    "services: [{name: web, image: a, liveness_probe: {exec: {command: []}}}]": "R329",
    "services: [{name: web, image: a, liveness_probe: {exec: {command: [a]}, success_threshold: 2}}]": "R329",
    "services: [{name: web, image: a, autoscale: {min_replicas: 3}}]": "R331",
    "services: [{name: web, image: a, autoscale: {min_replicas: 3, max_replicas: 2}}]": "R331",
    "services: [{name: web, image: a, autoscale: {max_replicas: 2, metrics: [{resource: {name: cpu}}]}}]": "R331",
    "services: [{name: web, image: a, envs: [{key: A=B, value: x}]}]": "R323",
    "jobs: [{name: j}]": "R330",
    "jobs: [{name: j, image: a}, {name: j, image: a}]": "R325",
    "cron_jobs: [{name: j, image: a}]": "R332",
    "cron_jobs: [{name: j, image: a, schedule: '* * *'}]": "R332",
}


@pytest.mark.parametrize(("text", "code"), list(MISTAKES.items()))
def test_a_mistake_is_one_error(text: str, code: str) -> None:
    assert [(problem.code, problem.severity) for problem in problems_of(text)] == [(code, Severity.ERROR)]


DOUBTS = {
    "services: [{name: 2048-game, image: a}]": "R324",
    "services: [{name: web, image: a, envs: [{key: A, value: x}, {key: A, value: y}]}]": "R326",
    "services: [{name: web, image: a, volumes: [{type: nfs, name: a, mount_path: /a}]}]": "R328",
}


@pytest.mark.parametrize(("text", "code"), list(DOUBTS.items()))
def test_a_doubt_is_one_warning(text: str, code: str) -> None:
    assert [(problem.code, problem.severity) for problem in problems_of(text)] == [(code, Severity.WARNING)]


def test_two_services_of_one_name_name_both_places() -> None:
    problems = problems_of("services:\n- {name: web, image: a}\n- {name: web, image: b}\n")

    assert problems[0].place.line == 3
    assert [place.line for place in problems[0].related] == [2]


def test_a_request_may_be_as_large_as_its_limit() -> None:
    assert service_of("{name: web, image: web, memory: {limits: 1Gi, requests: 1024Mi}}").memory is not None
