package io.firn.catalog.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.catalog.ErrorCode;
import io.firn.catalog.FirnException;
import io.firn.catalog.snowflake.Apply.Action;
import io.firn.catalog.snowflake.Apply.Planned;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver itself speaks to a server that understands the statements and nothing else. */
class ApplyTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 20);
    private static final String PIN = "atlas/firn-files/pinned/product/day-2026-11-20.metadata.json";

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // every test starts one
    private SnowflakeServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void whatIsMissingIsMadeAndASecondTimeThereIsNothingToMake() throws Exception {
        SnowflakeAccount account = new SnowflakeAccount(SnowflakeAccount.Tags.KNOWN);
        SnowflakeSite site = start(account, Atlas.GLUE, "");
        try (SnowflakeConnection snowflake = SnowflakeConnection.open(site)) {
            Apply apply = new Apply(snowflake, site, "ACCOUNTADMIN");
            List<Planned> plan = plan(apply, site);
            assertThat(actions(plan)).doesNotContain(Action.NONE);
            assertThat(server.changes()).isEmpty();
            run(apply, plan);
            assertThat(account.objects())
                    .contains(
                            "EXTERNAL VOLUME \"FIRN_LAKE\"",
                            "ICEBERG TABLE \"ATLAS\".\"ATLAS\".\"PRODUCT\"",
                            "ICEBERG TABLE \"ATLAS\".\"ATLAS\".\"PRODUCT_CHANGES\"",
                            "PROCEDURE \"ATLAS\".\"ATLAS\".\"AS_OF\"");

            assertThat(actions(plan(apply, site))).containsOnly(Action.NONE, Action.RUN);
            run(apply, plan(apply, site));
        }
    }

    @Test
    void aLakeInARestCatalogAndOneWithoutACatalogAreMadeToo() throws Exception {
        SnowflakeAccount account = new SnowflakeAccount(SnowflakeAccount.Tags.UNKNOWN);
        for (String name : List.of("product", "product_changes")) {
            account.file("atlas/%s/metadata/00001.metadata.json".formatted(name));
        }
        for (List<String> lake : List.of(
                List.of(Atlas.REST, Atlas.OAUTH),
                List.of(Atlas.SQLITE, ", schema: other"),
                List.of(Atlas.GLUE, ", catalog: glue, integration: direct, schema: third"))) {
            SnowflakeSite site = start(account, lake.get(0), lake.get(1));
            try (SnowflakeServer running = server;
                    SnowflakeConnection snowflake = SnowflakeConnection.open(site)) {
                assertThat(running.changes()).isEmpty();
                Apply apply = new Apply(snowflake, site, "ACCOUNTADMIN");
                run(apply, plan(apply, site));
                new Days(snowflake, site).refresh(Atlas.product());
            }
        }
        assertThat(account.objects())
                .contains(
                        "ICEBERG TABLE \"ATLAS\".\"ATLAS\".\"PRODUCT\"",
                        "ICEBERG TABLE \"ATLAS\".\"OTHER\".\"PRODUCT\"",
                        "ICEBERG TABLE \"ATLAS\".\"THIRD\".\"PRODUCT\"");
    }

    @Test
    void withoutAnAdministratorHisPartIsAskedForAndTheRestExplainsItself() throws Exception {
        SnowflakeSite site = start(new SnowflakeAccount(SnowflakeAccount.Tags.KNOWN), Atlas.GLUE, "");
        try (SnowflakeConnection snowflake = SnowflakeConnection.open(site)) {
            Apply apply = new Apply(snowflake, site, null);
            List<Planned> plan = plan(apply, site);

            assertThat(plan)
                    .filteredOn(planned -> planned.action() == Action.ASK)
                    .extracting(planned -> planned.step().name())
                    .containsExactly("FIRN_LAKE", "FIRN_CATALOG", "FIRN_CATALOG_PINS", "FIRN", "FIRN_READER", "ATLAS");
            assertThat(plan.stream().map(apply::run).flatMap(Optional::stream).findFirst())
                    .map(FirnException::getMessage)
                    .hasValue("role FIRN was refused: SQL compilation error: ROLE \"FIRN\" does not exist or not"
                            + " authorized; it must be made first (`firn snowflake apply`), and the role must be"
                            + " granted it");
            assertThat(server.changes()).isEmpty();
        }
    }

    @Test
    void aRoleWithoutRightsIsToldWhoHasThem() throws Exception {
        SnowflakeSite site = start(new SnowflakeAccount(SnowflakeAccount.Tags.KNOWN), Atlas.GLUE, "");
        try (SnowflakeConnection snowflake = SnowflakeConnection.open(site)) {
            Step volume = new Ddl(site).steps(Atlas.tables(), DayAccess.PINNED).get(0);
            assertThatThrownBy(() -> snowflake.execute("EXTERNAL VOLUME FIRN_LAKE", volume.statement()))
                    .isInstanceOfSatisfying(
                            FirnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ACCESS_DENIED))
                    .hasMessage(
                            "EXTERNAL VOLUME FIRN_LAKE was refused: SQL access control error: Insufficient privileges"
                                    + " to operate on account 'TEST'; the role lacks the right: an account administrator runs what"
                                    + " `firn snowflake ddl --part account` prints, or run this with --as ACCOUNTADMIN");
        }
    }

    @Test
    void anotherKeyIsRefusedAndItIsSaidWhatToDo() throws Exception {
        SnowflakeSite site = start(new SnowflakeAccount(SnowflakeAccount.Tags.KNOWN), Atlas.GLUE, "");
        Atlas.keyPair(folder);

        assertThatThrownBy(() -> SnowflakeConnection.open(site).close())
                .isInstanceOfSatisfying(
                        FirnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ACCESS_DENIED))
                .hasMessageContaining(
                        "refused the login: JWT token is invalid. [0ab1]; the user's public key must be the"
                                + " one of serving.snowflake.private-key");
    }

    @Test
    void aDayIsReadByItsTagWhereTagsAreKnown() throws Exception {
        SnowflakeAccount account = new SnowflakeAccount(SnowflakeAccount.Tags.KNOWN);
        account.tag("day-2026-11-20");
        SnowflakeSite site = start(account, Atlas.GLUE, "");
        try (SnowflakeConnection snowflake = applied(site)) {
            Days days = new Days(snowflake, site);

            assertThat(days.access("product")).isEqualTo(DayAccess.VERSION_TAG);
            assertThat(days.open(Atlas.product(), DAY, DayAccess.VERSION_TAG))
                    .isEqualTo("\"ATLAS\".\"ATLAS\".\"PRODUCT\" AT(VERSION_TAG => 'day-2026-11-20')");
            days.certify(Atlas.product(), DAY, DayAccess.VERSION_TAG);
            assertThat(server.changes())
                    .containsExactly(
                            "CREATE OR REPLACE VIEW \"ATLAS\".\"ATLAS_CERTIFIED\".\"PRODUCT\" COPY GRANTS COMMENT"
                                    + " = 'The table on 2026-11-20, certified.' AS SELECT * FROM"
                                    + " \"ATLAS\".\"ATLAS\".\"PRODUCT\" AT(VERSION_TAG => 'day-2026-11-20')");
            assertThatThrownBy(() -> days.open(Atlas.product(), DAY.plusDays(1), DayAccess.VERSION_TAG))
                    .hasMessageContaining(
                            "day 2026-11-21 of product failed: Version tag 'day-2026-11-21' does not exist");
        }
    }

    @Test
    void aDayIsATableOverItsPinnedMetadataWhereTagsAreNotKnown() throws Exception {
        SnowflakeAccount account = new SnowflakeAccount(SnowflakeAccount.Tags.UNKNOWN);
        account.file(PIN);
        SnowflakeSite site = start(account, Atlas.GLUE, "");
        try (SnowflakeConnection snowflake = applied(site)) {
            Days days = new Days(snowflake, site);

            assertThat(days.access("product")).isEqualTo(DayAccess.PINNED);
            assertThat(days.open(Atlas.product(), DAY, DayAccess.PINNED))
                    .isEqualTo("\"ATLAS\".\"ATLAS_DAYS\".\"PRODUCT_20261120\"");
            days.certify(Atlas.product(), DAY, DayAccess.PINNED);
            assertThat(account.objects())
                    .contains(
                            "ICEBERG TABLE \"ATLAS\".\"ATLAS_DAYS\".\"PRODUCT_20261120\"",
                            "VIEW \"ATLAS\".\"ATLAS_CERTIFIED\".\"PRODUCT\"");
            assertThatThrownBy(() -> days.open(Atlas.product(), DAY.plusDays(1), DayAccess.PINNED))
                    .isInstanceOfSatisfying(
                            FirnException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TAG_NOT_FOUND))
                    .hasMessageContaining("its pinned metadata must be in the lake");
        }
    }

    private SnowflakeSite start(SnowflakeAccount account, String catalog, String more) throws Exception {
        server = SnowflakeServer.start(account, Atlas.keyPair(folder).getPublic());
        return Atlas.site(folder, catalog, more + ", url: '" + server.url() + "'");
    }

    private SnowflakeConnection applied(SnowflakeSite site) throws IOException {
        SnowflakeConnection snowflake = SnowflakeConnection.open(site);
        Apply apply = new Apply(snowflake, site, "ACCOUNTADMIN");
        run(apply, plan(apply, site));
        server.forget();
        return snowflake;
    }

    private static List<Planned> plan(Apply apply, SnowflakeSite site) {
        return apply.plan(new Ddl(site).steps(Atlas.tables(), apply.dayAccess(Atlas.tables())));
    }

    private static void run(Apply apply, List<Planned> plan) {
        assertThat(plan)
                .allSatisfy(planned -> assertThat(apply.run(planned))
                        .as(Objects.toString(planned.step()))
                        .isEmpty());
    }

    private static List<Action> actions(List<Planned> plan) {
        return plan.stream().map(Planned::action).toList();
    }
}
