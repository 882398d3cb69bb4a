"""What an Ingress says, and the variables that routes give."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.model.ids import AppName
from reconciler.model.rendered import Url

Render = Callable[..., Any]

WEB = """
services:
- name: web
  image: nginx
  ports: [{type: node_port, port: "80", target_port: "3000"}]
hostnames: [{web: "web-${env_id}.${domain}"}]
"""
API = """
services:
- name: ${app_name}-api
  image: nginx
  ports: [{type: node_port, port: "81", target_port: "3000"}]
hostnames: [{"${app_name}-api": "api-${env_id}.${domain}"}]
"""


def test_an_ingress_carries_the_name_of_its_service_and_sends_to_its_port(render: Render) -> None:
    manifest = render(WEB).manifest("Ingress", "web")

    backend = {"service": {"name": "web", "port": {"number": 80}}}
    paths = [{"path": "/", "pathType": "Prefix", "backend": backend}]
    assert manifest["apiVersion"] == "networking.k8s.io/v1"
    assert manifest["spec"] == {"rules": [{"host": "web-tabcdefg.example.com", "http": {"paths": paths}}]}


def test_class_and_certificate_come_from_the_target(render: Render) -> None:
    spec = render(WEB, ingress={"ingress_class": "nginx", "tls_secret": "wildcard"}).manifest("Ingress", "web")["spec"]

    assert spec["ingressClassName"] == "nginx"
    assert spec["tls"] == [{"hosts": ["web-tabcdefg.example.com"], "secretName": "wildcard"}]


def test_a_second_host_of_a_service_has_an_ingress_of_its_own(render: Render) -> None:
    text = WEB.replace("hostnames: [{web", 'hostnames: [{web: "www-${env_id}.${domain}"}, {web')
    group = render(text)

    other, own = group.names("Ingress")
    assert other.startswith("shop-web-tabcdefg-example-com-")
    assert group.desired("Ingress", own).reason.text == "host www-tabcdefg.example.com"


def test_tuning_becomes_annotations_of_the_controller(render: Render) -> None:
    text = f"{WEB}ingress: {{proxy_body_size: 30m, proxy_buffering: true, proxy_read_timeout: 120}}"
    annotations = render(text).manifest("Ingress", "web")["metadata"]["annotations"]

    assert {key: value for key, value in annotations.items() if key.startswith("nginx")} == {
        "nginx.ingress.kubernetes.io/proxy-body-size": "30m",
        "nginx.ingress.kubernetes.io/proxy-buffering": "on",
        "nginx.ingress.kubernetes.io/proxy-read-timeout": "120",
    }


def test_every_member_gets_the_ingress_variables_of_every_member(render_group: Render) -> None:
    group = render_group({"backend": API, "shop": WEB})

    expected = {
        "BACKEND_API_INGRESS_URL": "https://api-tabcdefg.example.com",
        "BACKEND_API_INGRESS_HOST": "api-tabcdefg.example.com",
        "WEB_INGRESS_URL": "https://web-tabcdefg.example.com",
        "WEB_INGRESS_HOST": "web-tabcdefg.example.com",
    }
    for service in ("web", "backend-api"):
        env = group.env(service)
        assert {key: env[key] for key in env if "_INGRESS_" in key} == expected


def test_the_scheme_of_urls_is_the_targets(render: Render) -> None:
    group = render(WEB, ingress={"scheme": "http"})

    assert group.rendered.urls == (Url(AppName("shop"), "web", "http://web-tabcdefg.example.com"),)
    assert group.env("web")["WEB_INGRESS_URL"] == "http://web-tabcdefg.example.com"


@pytest.mark.parametrize("ports", ["[]", '[{type: container_port, port: "80"}]'])
def test_a_service_that_nobody_reaches_gives_no_variables(render: Render, ports: str) -> None:
    text = f"services: [{{name: web, image: nginx, ports: {ports}}}]"

    assert not [key for key in render(text).env("web") if "_INGRESS_" in key]
