# firn run as one ECS task on Fargate, and EMR Serverless for compactions that are too large for it.

data "aws_region" "current" {}

resource "aws_ecs_cluster" "firn" {
  name = var.name
  tags = var.tags

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_cloudwatch_log_group" "firn" {
  name              = "/firn/${var.name}/service"
  retention_in_days = 90
  tags              = var.tags
}

resource "aws_security_group" "firn" {
  name   = "${var.name}-service"
  vpc_id = var.vpc_id
  tags   = var.tags
}

resource "aws_vpc_security_group_egress_rule" "firn" {
  security_group_id = aws_security_group.firn.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

data "aws_iam_policy_document" "task_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "task" {
  name               = "${var.name}-task"
  assume_role_policy = data.aws_iam_policy_document.task_trust.json
  tags               = var.tags
}

resource "aws_iam_role_policy_attachment" "task" {
  for_each = var.policy_arns

  role       = aws_iam_role.task.name
  policy_arn = each.value
}

resource "aws_iam_role" "start" {
  name               = "${var.name}-start"
  assume_role_policy = data.aws_iam_policy_document.task_trust.json
  tags               = var.tags
}

resource "aws_iam_role_policy_attachment" "start" {
  role       = aws_iam_role.start.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

data "aws_iam_policy_document" "start" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = concat(values(var.secrets), [aws_secretsmanager_secret.configuration.arn])
  }
}

resource "aws_iam_role_policy" "start" {
  name   = "secrets"
  role   = aws_iam_role.start.id
  policy = data.aws_iam_policy_document.start.json
}

# Not a secret, but handed over like one: it arrives as a variable that the image writes to a file.
resource "aws_secretsmanager_secret" "configuration" {
  name = "${var.name}/firn.yaml"
  tags = var.tags
}

resource "aws_secretsmanager_secret_version" "configuration" {
  secret_id     = aws_secretsmanager_secret.configuration.id
  secret_string = var.configuration
}

resource "aws_ecs_task_definition" "firn" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory_mib
  task_role_arn            = aws_iam_role.task.arn
  execution_role_arn       = aws_iam_role.start.arn
  tags                     = var.tags

  runtime_platform {
    cpu_architecture        = "X86_64"
    operating_system_family = "LINUX"
  }

  ephemeral_storage {
    size_in_gib = var.disk_gib
  }

  container_definitions = jsonencode([
    {
      name        = "firn"
      image       = var.image
      command     = ["run"]
      essential   = true
      stopTimeout = 120

      portMappings = [{ containerPort = var.page_port }]

      secrets = concat(
        [for name, arn in var.secrets : { name = name, valueFrom = arn }],
        [{ name = "FIRN_CONFIGURATION", valueFrom = aws_secretsmanager_secret.configuration.arn }],
      )

      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.firn.name
          awslogs-region        = data.aws_region.current.region
          awslogs-stream-prefix = "firn"
        }
      }
    }
  ])
}

# One writer: the old task stops before the new one starts. Two would not harm the lake, but one of them would wait.
resource "aws_ecs_service" "firn" {
  name                               = var.name
  cluster                            = aws_ecs_cluster.firn.id
  task_definition                    = aws_ecs_task_definition.firn.arn
  launch_type                        = "FARGATE"
  desired_count                      = 1
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100
  tags                               = var.tags

  network_configuration {
    subnets         = var.subnet_ids
    security_groups = [aws_security_group.firn.id]
  }
}

data "aws_iam_policy_document" "spark_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["emr-serverless.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "spark" {
  name               = "${var.name}-spark"
  assume_role_policy = data.aws_iam_policy_document.spark_trust.json
  tags               = var.tags
}

resource "aws_iam_role_policy_attachment" "spark" {
  for_each = var.policy_arns

  role       = aws_iam_role.spark.name
  policy_arn = each.value
}

data "aws_iam_policy_document" "spark" {
  statement {
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["arn:aws:s3:::${var.spark_lake_bucket}/spark/*"]
  }
}

resource "aws_iam_role_policy" "spark" {
  name   = "jar-and-logs"
  role   = aws_iam_role.spark.id
  policy = data.aws_iam_policy_document.spark.json
}

resource "aws_emrserverless_application" "spark" {
  name          = var.name
  release_label = var.spark_release
  type          = "spark"
  tags          = var.tags

  maximum_capacity {
    cpu    = var.spark_max_cpu
    memory = var.spark_max_memory
  }

  auto_stop_configuration {
    idle_timeout_minutes = 5
  }

  network_configuration {
    subnet_ids         = var.subnet_ids
    security_group_ids = [aws_security_group.firn.id]
  }
}
