"""Firn's day: close it, check it, certify it, forget what is too old, prove the rest.

Every task is one firn command in a task of ECS, and every command may run again: a task that failed is retried, a day that was
missed is filled in with `airflow dags backfill`. Compaction is not among them: the service, `firn run`, compacts on its own schedule.
"""

from __future__ import annotations

from datetime import timedelta

import pendulum
from airflow import DAG
from airflow.configuration import conf
from airflow.providers.amazon.aws.operators.ecs import EcsRunTaskOperator

ZONE = conf.get("firn", "zone", fallback="UTC")

# The day that is closed: the one that the DAG's interval covers, in the lake's time zone.
DAY = "{{ data_interval_start.in_timezone('" + ZONE + "') | ds }}"


def firn(task_id: str, *command: str, **options) -> EcsRunTaskOperator:
    """One firn command."""
    return EcsRunTaskOperator(
        task_id=task_id,
        cluster=conf.get("firn", "cluster"),
        task_definition=conf.get("firn", "task_definition"),
        launch_type="FARGATE",
        overrides={"containerOverrides": [{"name": "firn", "command": list(command)}]},
        network_configuration={
            "awsvpcConfiguration": {
                "subnets": conf.get("firn", "subnets").split(","),
                "securityGroups": [conf.get("firn", "security_group")],
            }
        },
        awslogs_group="/firn/" + conf.get("firn", "cluster") + "/service",
        awslogs_stream_prefix="firn/firn",
        **options,
    )


with DAG(
    dag_id="firn_daily",
    schedule="30 0 * * *",
    start_date=pendulum.datetime(2026, 1, 1, tz=ZONE),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=5), "retry_exponential_backoff": True},
    doc_md=__doc__,
) as dag:
    close = firn("close_day", "tag", "--day", DAY, retries=12)
    verify = firn("verify", "verify")
    prove = firn("prove_day", "audit", "verify", "--day", DAY)
    certify = firn("certify_in_snowflake", "snowflake", "day", DAY, "--certify")
    expire = firn("expire", "expire")
    collect = firn("collect_garbage", "gc")

    close >> [verify, prove] >> certify >> expire >> collect


with DAG(
    dag_id="firn_weekly",
    schedule="0 3 * * 0",
    start_date=pendulum.datetime(2026, 1, 1, tz=ZONE),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10)},
) as weekly:
    rebuild = firn("rebuild_a_day", "replay", "--day", DAY)
    audit = firn("audit_everything", "audit", "verify", "--deep")
    orphans = firn("sweep_orphans", "gc", "--orphans", "--check")

    rebuild >> audit >> orphans
