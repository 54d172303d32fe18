# Firn in a container: docker build -t firn . && docker run -v "$PWD/firn.yaml:/etc/firn/firn.yaml:ro" firn check
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /src
COPY . .
RUN mvn -B -ntp -Dquick -pl engine/cli -am package \
 && mkdir -p /firn/lib \
 && cp engine/cli/target/firn-cli-*.jar /firn/lib/ && cp engine/cli/long-running.options /firn/ \
 && tr ':' '\n' < engine/cli/target/classpath | xargs -I{} cp {} /firn/lib/ \
 && cp "$(cat catalog/snowflake/target/driver)" /firn/snowflake-jdbc.jar \
 && mvn -B -ntp -q org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy \
      -Dartifact=software.amazon.msk:aws-msk-iam-auth:2.3.5:jar:all -DoutputDirectory=/firn/lib

FROM eclipse-temurin:17-jre
RUN useradd --uid 1000 --create-home --home-dir /var/lib/firn firn \
 && mkdir -p /etc/firn /run/firn && chown firn /run/firn /etc/firn
COPY --from=build /firn /opt/firn
COPY examples/orchestration/container/firn /usr/local/bin/firn
USER 1000
WORKDIR /var/lib/firn
EXPOSE 8484
ENTRYPOINT ["firn"]
