output "security_group_id" {
  description = "Security group of the service, to be let in by Kafka, PostgreSQL and Redis."
  value       = aws_security_group.firn.id
}

output "cluster_arn" {
  description = "ECS cluster, for tasks that the DAG starts."
  value       = aws_ecs_cluster.firn.arn
}

output "cluster_name" {
  description = "Its name."
  value       = aws_ecs_cluster.firn.name
}

output "service_name" {
  description = "ECS service of firn run."
  value       = aws_ecs_service.firn.name
}

output "task_definition_family" {
  description = "Task definition, for tasks that the DAG starts."
  value       = aws_ecs_task_definition.firn.family
}

output "passed_role_arns" {
  description = "Roles that whoever starts a task passes on."
  value       = [aws_iam_role.task.arn, aws_iam_role.start.arn]
}

output "log_group_name" {
  description = "Log of the service."
  value       = aws_cloudwatch_log_group.firn.name
}

output "spark_application_id" {
  description = "EMR Serverless application: applicationId of a job."
  value       = aws_emrserverless_application.spark.id
}

output "spark_role_arn" {
  description = "executionRoleArn of a job."
  value       = aws_iam_role.spark.arn
}
