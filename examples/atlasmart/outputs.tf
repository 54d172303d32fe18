output "warehouse" {
  description = "Where the tables are."
  value       = module.lake.warehouse
}

output "lookups" {
  description = "Host for lookups of rows, spread over the replicas."
  value       = module.serving.reader_endpoint
}

output "airflow" {
  description = "Airflow's page."
  value       = module.orchestration.webserver_url
}

output "debezium_security_group_id" {
  description = "To be let in by PostgreSQL."
  value       = module.streaming.connect_security_group_id
}

output "alarm_topic_arn" {
  description = "Topic of the alarms."
  value       = module.budget.alarm_topic_arn
}

output "snowflake_warehouse" {
  description = "Warehouse in which Firn's statements run."
  value       = module.snowflake.warehouse
}
