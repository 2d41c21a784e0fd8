"""``make audit``: hashes and licences of what is pinned, and what is known against it where anybody can be asked."""

from __future__ import annotations

import json
import socket
import subprocess
import sys

from tests.audit.licences import DOCUMENT, PINS, ROOT, allowed, licence, pins, table, unpinned

ADVISORIES = "api.osv.dev"
"""Open Source Vulnerabilities: pip-audit asks it for the pinned versions, nothing is downloaded or installed."""


def main() -> int:
    """Audit; the exit status."""
    wrong = []
    for name in PINS:
        text = (ROOT / name).read_text("utf-8")
        wrong += [f"{name}: {package} has no hash, or is not pinned" for package in unpinned(text)]
        print(f"{name}: {len(pins(text))} packages are pinned, {len(unpinned(text))} of them without a hash")
    for pin in pins((ROOT / PINS[0]).read_text("utf-8")):
        if not allowed(licence(pin.name)):
            wrong.append(
                f"{pin.name} {pin.version}: its licence is not allowed ({licence(pin.name) or 'none is named'})"
            )
    DOCUMENT.write_text(table(), "utf-8")
    wrong += _vulnerable()
    print("\n".join(wrong) if wrong else "audit: nothing found")
    return 1 if wrong else 0


def _vulnerable() -> list[str]:
    """Known vulnerabilities of what the desk installs."""
    try:
        socket.create_connection((ADVISORIES, 443), timeout=3).close()
    except OSError:
        print(f"{ADVISORIES} cannot be reached from here: known vulnerabilities were not looked up")
        return []
    what = ["--requirement", str(ROOT / PINS[0]), "--disable-pip", "--require-hashes"]
    how = ["--vulnerability-service", "osv", "--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    command = [sys.executable, "-m", "pip_audit", *what, *how]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    return vulnerabilities(asked.stdout, asked.stderr)


def vulnerabilities(answer: str, complaint: str) -> list[str]:
    """A line for each vulnerability in what pip-audit answers as JSON; none where it could not ask."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        print(f"pip-audit could not ask ({(complaint.strip().splitlines() or ['no reason given'])[-1]})")
        return []
    return [
        f"{package['name']} {package['version']}: {found['id']}, mended in {', '.join(found['fix_versions']) or 'none'}"
        for package in packages
        for found in package.get("vulns", [])
    ]


if __name__ == "__main__":
    sys.exit(main())
