# Airflow (MWAA) with the daily DAG. Every task is one firn command in a task of ECS.

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

resource "aws_s3_bucket" "dags" {
  bucket = var.bucket
  tags   = var.tags
}

resource "aws_s3_bucket_versioning" "dags" {
  bucket = aws_s3_bucket.dags.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_public_access_block" "dags" {
  bucket                  = aws_s3_bucket.dags.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_object" "dag" {
  bucket = aws_s3_bucket.dags.id
  key    = "dags/firn_daily.py"
  source = var.dag_file
  etag   = filemd5(var.dag_file)
}

resource "aws_security_group" "airflow" {
  name   = "${var.name}-airflow"
  vpc_id = var.vpc_id
  tags   = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "itself" {
  security_group_id            = aws_security_group.airflow.id
  referenced_security_group_id = aws_security_group.airflow.id
  ip_protocol                  = "-1"
}

resource "aws_vpc_security_group_egress_rule" "airflow" {
  security_group_id = aws_security_group.airflow.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

data "aws_iam_policy_document" "airflow_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["airflow.amazonaws.com", "airflow-env.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "airflow" {
  statement {
    actions   = ["airflow:PublishMetrics"]
    resources = ["arn:aws:airflow:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:environment/${var.name}"]
  }

  statement {
    actions   = ["s3:GetObject", "s3:ListBucket", "s3:GetBucketPublicAccessBlock"]
    resources = [aws_s3_bucket.dags.arn, "${aws_s3_bucket.dags.arn}/*"]
  }

  statement {
    actions   = ["logs:CreateLogStream", "logs:CreateLogGroup", "logs:PutLogEvents", "logs:GetLogEvents", "logs:GetLogGroupFields", "logs:DescribeLogGroups"]
    resources = ["arn:aws:logs:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:log-group:airflow-${var.name}-*"]
  }

  statement {
    actions   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:SendMessage"]
    resources = ["arn:aws:sqs:${data.aws_region.current.region}:*:airflow-celery-*"]
  }

  statement {
    actions   = ["ecs:RunTask"]
    resources = ["arn:aws:ecs:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:task-definition/${var.task_definition_family}:*"]
  }

  statement {
    actions   = ["ecs:DescribeTasks", "ecs:StopTask"]
    resources = ["*"]

    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = [var.cluster_arn]
    }
  }

  statement {
    actions   = ["iam:PassRole"]
    resources = var.passed_role_arns
  }
}

resource "aws_iam_role" "airflow" {
  name               = "${var.name}-airflow"
  assume_role_policy = data.aws_iam_policy_document.airflow_trust.json
  tags               = var.tags
}

resource "aws_iam_role_policy" "airflow" {
  name   = "airflow"
  role   = aws_iam_role.airflow.id
  policy = data.aws_iam_policy_document.airflow.json
}

resource "aws_mwaa_environment" "airflow" {
  name               = var.name
  airflow_version    = "2.10.3"
  environment_class  = "mw1.small"
  dag_s3_path        = "dags/"
  execution_role_arn = aws_iam_role.airflow.arn
  source_bucket_arn  = aws_s3_bucket.dags.arn
  tags               = var.tags

  # The DAG reads these as AIRFLOW__FIRN__….
  airflow_configuration_options = {
    "firn.cluster"         = var.cluster_name
    "firn.task_definition" = var.task_definition_family
    "firn.subnets"         = join(",", var.subnet_ids)
    "firn.security_group"  = var.task_security_group_id
    "firn.zone"            = var.zone
  }

  network_configuration {
    security_group_ids = [aws_security_group.airflow.id]
    subnet_ids         = slice(var.subnet_ids, 0, 2)
  }

  logging_configuration {
    task_logs {
      enabled   = true
      log_level = "INFO"
    }
  }
}
