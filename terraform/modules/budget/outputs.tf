output "alarm_topic_arn" {
  description = "Topic of the alarms, for further ones."
  value       = aws_sns_topic.alarms.arn
}
