output "role_arn" {
  description = "serving.snowflake.aws-role in firn.yaml."
  value       = aws_iam_role.snowflake.arn
}

output "warehouse" {
  description = "serving.snowflake.warehouse in firn.yaml."
  value       = snowflake_warehouse.firn.name
}
