"""Certificates made for one test run: an authority, a server of 127.0.0.1 and a client below it, and a stranger."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_LIFE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM files. Nothing is signed by `wrong_ca`; `elsewhere` is for a host that no test runs on."""

    ca: Path
    wrong_ca: Path
    server: Path
    server_key: Path
    elsewhere: Path
    elsewhere_key: Path
    client: Path
    client_key: Path

    def server_context(self, *, elsewhere: bool = False) -> ssl.SSLContext:
        """For servers that run in the process of the tests."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        pair = (self.elsewhere, self.elsewhere_key) if elsewhere else (self.server, self.server_key)
        context.load_cert_chain(*pair)
        return context


def make_certificates(directory: Path) -> Certificates:
    """Makes all of them in a directory."""
    authority, stranger = _Authority("Tests"), _Authority("Strangers")
    local = [x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))]
    server, server_key = authority.issue(directory, "server", local)
    elsewhere, elsewhere_key = authority.issue(directory, "elsewhere", [x509.DNSName("db.example.org")])
    client, client_key = authority.issue(directory, "client", [x509.DNSName("shop")])
    return Certificates(
        ca=_write(directory / "ca.pem", authority.pem),
        wrong_ca=_write(directory / "wrong_ca.pem", stranger.pem),
        server=server,
        server_key=server_key,
        elsewhere=elsewhere,
        elsewhere_key=elsewhere_key,
        client=client,
        client_key=client_key,
    )


class _Authority:
    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        limits = x509.BasicConstraints(ca=True, path_length=0)
        usage = _usage(signs_certificates=True)
        builder = self._builder(self._name, self._key.public_key())
        builder = builder.add_extension(limits, critical=True).add_extension(usage, critical=True)
        self.pem = builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def issue(self, directory: Path, name: str, hosts: list[x509.GeneralName]) -> tuple[Path, Path]:
        """The files of a certificate and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = self._builder(subject, key.public_key())
        builder = builder.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
        certificate = builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return _write(directory / f"{name}.pem", certificate), _write(directory / f"{name}.key", pem)

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return (
            x509.CertificateBuilder(issuer_name=self._name, subject_name=subject, public_key=key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _LIFE)
            .not_valid_after(now + _LIFE)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(issuer, critical=False)
        )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    path.chmod(0o600)
    return path
