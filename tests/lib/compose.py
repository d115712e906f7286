"""compose.py FILE: what is wrong with a docker-compose.yml by the rules of this
project, a line a thing.  compose.py FILE SERVICE: the last word of that service's
command, as a shell would get it."""
import re
import sys

import yaml

with open(sys.argv[1]) as f:
    services = yaml.safe_load(f)["services"]

if len(sys.argv) > 2:
    print(services[sys.argv[2]]["command"][-1].replace("$$", "$"))
    sys.exit()

# of images that are not ours; ours says it in scripts/Dockerfile
for name, s in services.items():
    def wrong(words):
        print(f"{name}: {words}")

    if "build" not in s and s.get("user", "root") == "root":
        wrong("it runs as root")
    if "build" in s and "user" in s:
        wrong("it doesn't run as the image says")
    check = s.get("healthcheck", {})
    ends = s.get("restart") == "no"
    if not check.get("test") and not (ends and check.get("disable")):
        wrong("it has no health check")
    for other, how in s.get("depends_on", {}).items():
        at_end = services[other].get("restart") == "no"
        if how["condition"] != ("service_completed_successfully" if at_end
                                else "service_healthy"):
            wrong(f"it doesn't wait for {other}")
    for key, value in s.get("environment", {}).items():
        if re.search("PASSWORD$|SECRET$|KEY$", key) and \
                not re.fullmatch(r"\$\{\w+:-\}", str(value)):
            wrong(f"{key} is fixed")
        if re.match(r"\w+://[^/@]*:[^/@]*@", str(value)):
            wrong(f"{key} holds a password")
    for port in s.get("ports", []):
        if not port.startswith("127.0.0.1:"):
            wrong(f"port {port} is open to others")
    if s.get("cap_drop") != ["ALL"] or s.get("privileged"):
        wrong("it has rights that it doesn't need")
