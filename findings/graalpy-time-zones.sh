#!/usr/bin/env bash
# Python on GraalVM finds no time zone by itself, also where the system has all of them and the program may read every file.
#
# Version: python-community 25.0.0 (GraalPy, Python 3.12.8) in a context with all access, on a JDK 25.
# Behaviour: `zoneinfo.TZPATH` is empty, and the library brings no data of its own, so `ZoneInfo("Europe/Berlin")` raises
#   ZoneInfoNotFoundError although /usr/share/zoneinfo is there. After `zoneinfo.reset_tzpath(to=["/usr/share/zoneinfo"])` the same
#   line finds the zone. CPython is built with a list of the usual folders; here that list is empty.
# In Amino: guests see the zones of the package `tzdata` at /usr/share/zoneinfo, and the prelude names that folder (python/imports.py).
# Needs: Maven, a JDK 25 (JAVA_HOME, or `java` on the path), the time zones of the system (Debian's tzdata).
set -euo pipefail

PINNED=25.0.0
test -f /usr/share/zoneinfo/Europe/Berlin || { echo "the system has no time zones: install tzdata"; exit 2; }
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
"$java" -version 2>&1 | grep -q 'version "25' || { echo "needs a JDK 25: set JAVA_HOME"; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > pom.xml <<XML
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>zones</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.graalvm.polyglot</groupId><artifactId>polyglot</artifactId><version>$PINNED</version></dependency>
    <dependency>
      <groupId>org.graalvm.polyglot</groupId><artifactId>python-community</artifactId><version>$PINNED</version><type>pom</type>
    </dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars >mvn.log 2>&1 || { cat mvn.log; exit 2; }

cat > Zones.java <<'JAVA'
import org.graalvm.polyglot.Context;

public class Zones {
  public static void main(String[] arguments) {
    try (Context context = Context.newBuilder("python").allowAllAccess(true).option("engine.WarnInterpreterOnly", "false").build()) {
      context.eval("python", """
          import os, platform, zoneinfo

          def find():
              try:
                  return str(zoneinfo.ZoneInfo("Europe/Berlin"))
              except Exception as error:
                  return type(error).__name__

          print(platform.python_implementation(), platform.python_version())
          print("the file is there:", os.path.isfile("/usr/share/zoneinfo/Europe/Berlin"))
          print("TZPATH:", zoneinfo.TZPATH)
          print("before:", find())
          zoneinfo.reset_tzpath(to=["/usr/share/zoneinfo"])
          print("after:", find())
          """);
    }
  }
}
JAVA
"$java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp 'jars/*' Zones.java | tee seen
expected="the file is there: True
TZPATH: ()
before: ZoneInfoNotFoundError
after: Europe/Berlin"
if [ "$(tail -n 4 seen)" = "$expected" ]; then
  echo "as described"
else
  echo "the behaviour has changed"
  exit 1
fi
