output "webserver_url" {
  description = "Airflow's page."
  value       = aws_mwaa_environment.airflow.webserver_url
}
