"""Certificates and keys of a throw-away control plane, made by the `openssl` program."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_CURVE: Final = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
_HOSTS: Final = "DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.96.0.1"


@dataclass(frozen=True, slots=True)
class Pair:
    """The files of a certificate and of its key."""

    certificate: Path
    key: Path


def authority(folder: Path, name: str) -> Pair:
    """A certificate authority of its own."""
    pair = _pair(folder, name)
    usage = ("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    _openssl("req", "-x509", *_CURVE, "-days", "30", "-subj", f"/CN={name}", *usage, *_files(pair))
    return pair


def issued(by: Pair, folder: Path, *, name: str, groups: tuple[str, ...] = (), days: int = 30) -> Pair:
    """A certificate for a server on loopback, or for the user of that name in those groups."""
    pair = _pair(folder, name)
    request = folder / f"{name}.csr"
    extensions = folder / f"{name}.ext"
    extensions.write_text(f"subjectAltName={_HOSTS}\nextendedKeyUsage=serverAuth,clientAuth\n")
    subject = "".join(f"/O={group}" for group in groups) + f"/CN={name}"
    _openssl("req", "-new", *_CURVE, "-subj", subject, "-keyout", str(pair.key), "-out", str(request))
    signer = ("-CA", str(by.certificate), "-CAkey", str(by.key), "-CAcreateserial")
    out = ("-days", str(days), "-extfile", str(extensions), "-out", str(pair.certificate))
    _openssl("x509", "-req", "-in", str(request), *signer, *out)
    return pair


def _pair(folder: Path, name: str) -> Pair:
    return Pair(folder / f"{name}.crt", folder / f"{name}.key")


def _files(pair: Pair) -> tuple[str, ...]:
    return ("-keyout", str(pair.key), "-out", str(pair.certificate))


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
