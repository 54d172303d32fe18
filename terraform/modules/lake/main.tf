# The lake: a bucket for tables, one for what must not change, a key, the Glue database, and one policy for each role.

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}
data "aws_partition" "current" {}

locals {
  account    = data.aws_caller_identity.current.account_id
  glue       = "arn:${data.aws_partition.current.partition}:glue:${data.aws_region.current.region}:${local.account}"
  warehouse  = "s3://${aws_s3_bucket.lake.bucket}/warehouse"
  lake_files = "${aws_s3_bucket.lake.arn}/warehouse/*"
  kept_files = "${aws_s3_bucket.lake.arn}/warehouse/${var.namespace}/firn-files/*"
}

resource "aws_kms_key" "lake" {
  description         = "${var.name}: files of the lake"
  enable_key_rotation = true
  tags                = var.tags
}

resource "aws_kms_alias" "lake" {
  name          = "alias/${var.name}-lake"
  target_key_id = aws_kms_key.lake.key_id
}

# Signs the ledger of days; nobody can take it out.
resource "aws_kms_key" "ledger" {
  description              = "${var.name}: signatures of closed days"
  customer_master_key_spec = "ECC_NIST_EDWARDS25519"
  key_usage                = "SIGN_VERIFY"
  tags                     = var.tags
}

resource "aws_kms_alias" "ledger" {
  name          = "alias/${var.name}-ledger"
  target_key_id = aws_kms_key.ledger.key_id
}

# Nothing is locked here, or garbage could not be collected: the copies in the other bucket are.
resource "aws_s3_bucket" "lake" {
  bucket = var.bucket
  tags   = var.tags
}

resource "aws_s3_bucket_ownership_controls" "lake" {
  bucket = aws_s3_bucket.lake.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "lake" {
  bucket                  = aws_s3_bucket.lake.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "lake" {
  bucket = aws_s3_bucket.lake.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      kms_master_key_id = aws_kms_key.lake.arn
      sse_algorithm     = "aws:kms"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "lake" {
  bucket = aws_s3_bucket.lake.id

  # A process that died in the middle of an upload leaves parts that are paid for and that nobody sees.
  rule {
    id     = "parts-of-uploads-that-died"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 2
    }
  }

  # Replication needs versions; what garbage collection deletes is gone a week later.
  rule {
    id     = "what-was-deleted"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 7
    }
  }

  # Change logs are written once and seldom read after a quarter.
  rule {
    id     = "what-is-seldom-read"
    status = "Enabled"

    filter {
      prefix = "warehouse/"
    }

    transition {
      days          = 90
      storage_class = "INTELLIGENT_TIERING"
    }
  }
}

# Ledger entries and pinned metadata, copied by replication and locked there: nobody can change what was certified.
resource "aws_s3_bucket" "locked" {
  bucket              = "${var.bucket}-locked"
  object_lock_enabled = true
  tags                = var.tags
}

resource "aws_s3_bucket_versioning" "locked" {
  bucket = aws_s3_bucket.locked.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_object_lock_configuration" "locked" {
  bucket = aws_s3_bucket.locked.id

  rule {
    default_retention {
      mode = var.lock_mode
      days = var.retain_months * 31
    }
  }
}

resource "aws_s3_bucket_public_access_block" "locked" {
  bucket                  = aws_s3_bucket.locked.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "locked" {
  bucket = aws_s3_bucket.locked.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      kms_master_key_id = aws_kms_key.lake.arn
      sse_algorithm     = "aws:kms"
    }
  }
}

resource "aws_s3_bucket_versioning" "lake" {
  bucket = aws_s3_bucket.lake.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "locked" {
  bucket = aws_s3_bucket.locked.id

  rule {
    id     = "after-the-lock"
    status = "Enabled"

    filter {}

    expiration {
      days = var.retain_months * 31 + 31
    }
  }
}

resource "aws_s3_bucket_replication_configuration" "locked" {
  depends_on = [aws_s3_bucket_versioning.lake, aws_s3_bucket_versioning.locked]

  bucket = aws_s3_bucket.lake.id
  role   = aws_iam_role.replication.arn

  rule {
    id     = "ledger-and-pins"
    status = "Enabled"

    filter {
      prefix = "warehouse/${var.namespace}/firn-files/"
    }

    delete_marker_replication {
      status = "Disabled"
    }

    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "Enabled"
      }
    }

    destination {
      bucket = aws_s3_bucket.locked.arn

      encryption_configuration {
        replica_kms_key_id = aws_kms_key.lake.arn
      }
    }
  }
}

data "aws_iam_policy_document" "replication_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "replication" {
  statement {
    actions   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
    resources = [aws_s3_bucket.lake.arn]
  }

  statement {
    actions   = ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"]
    resources = [local.kept_files]
  }

  statement {
    actions   = ["s3:ReplicateObject", "s3:ReplicateTags"]
    resources = ["${aws_s3_bucket.locked.arn}/*"]
  }

  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.lake.arn]
  }
}

resource "aws_iam_role" "replication" {
  name               = "${var.name}-replication"
  assume_role_policy = data.aws_iam_policy_document.replication_trust.json
  tags               = var.tags
}

resource "aws_iam_role_policy" "replication" {
  name   = "replicate"
  role   = aws_iam_role.replication.id
  policy = data.aws_iam_policy_document.replication.json
}

resource "aws_glue_catalog_database" "lake" {
  name         = var.namespace
  location_uri = "${local.warehouse}/${var.namespace}.db"
  tags         = var.tags
}

# Who writes: firn run, ingest, seed, compact, tag, expire, gc.
data "aws_iam_policy_document" "writer" {
  statement {
    sid       = "FindFiles"
    actions   = ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"]
    resources = [aws_s3_bucket.lake.arn]
  }

  statement {
    sid       = "WriteFiles"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
    resources = [local.lake_files]

    # A bucket of this name in somebody else's account gets nothing.
    condition {
      test     = "StringEquals"
      variable = "s3:ResourceAccount"
      values   = [local.account]
    }
  }

  statement {
    sid       = "UseTheKey"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.lake.arn]
  }

  statement {
    sid       = "SignDays"
    actions   = ["kms:Sign"]
    resources = [aws_kms_key.ledger.arn]
  }

  statement {
    sid     = "CommitTables"
    actions = ["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:CreateTable", "glue:UpdateTable"]

    resources = [
      "${local.glue}:catalog",
      "${local.glue}:database/${var.namespace}",
      "${local.glue}:table/${var.namespace}/*",
    ]
  }
}

# Who reads: firn sql, verify, audit, Snowflake, Spark, Trino.
data "aws_iam_policy_document" "reader" {
  statement {
    sid       = "FindFiles"
    actions   = ["s3:ListBucket", "s3:GetBucketLocation"]
    resources = [aws_s3_bucket.lake.arn]
  }

  statement {
    sid       = "ReadFiles"
    actions   = ["s3:GetObject"]
    resources = [local.lake_files]
  }

  statement {
    sid       = "UseTheKey"
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.lake.arn]
  }

  statement {
    sid     = "ReadTables"
    actions = ["glue:GetDatabase", "glue:GetTable", "glue:GetTables"]

    resources = [
      "${local.glue}:catalog",
      "${local.glue}:database/${var.namespace}",
      "${local.glue}:table/${var.namespace}/*",
    ]
  }
}

resource "aws_iam_policy" "writer" {
  name   = "${var.name}-writer"
  policy = data.aws_iam_policy_document.writer.json
  tags   = var.tags
}

resource "aws_iam_policy" "reader" {
  name   = "${var.name}-reader"
  policy = data.aws_iam_policy_document.reader.json
  tags   = var.tags
}
