variable "parser_model" {
  type    = string
  default = "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-5-sonnet-20240620-v1:0"
}

variable "no_parser" {
  type    = string
  default = null
}

resource "aws_bedrockagent_data_source" "parsed" {
  knowledge_base_id = "ABCDEFGHIJ"
  name              = "parsed"
  data_source_configuration {
    type = "S3"
    s3_configuration {
      bucket_arn = "arn:aws:s3:::docs"
    }
  }
  dynamic "vector_ingestion_configuration" {
    for_each = var.parser_model == null ? [] : [var.parser_model]
    content {
      parsing_configuration {
        parsing_strategy = "BEDROCK_FOUNDATION_MODEL"
        bedrock_foundation_model_configuration {
          model_arn = vector_ingestion_configuration.value
        }
      }
    }
  }
}

resource "aws_bedrockagent_data_source" "plain" {
  knowledge_base_id = "ABCDEFGHIJ"
  name              = "plain"
  data_source_configuration {
    type = "S3"
    s3_configuration {
      bucket_arn = "arn:aws:s3:::docs"
    }
  }
  dynamic "vector_ingestion_configuration" {
    for_each = var.no_parser[*]
    iterator = each_parser
    content {
      parsing_configuration {
        parsing_strategy = "BEDROCK_FOUNDATION_MODEL"
        bedrock_foundation_model_configuration {
          model_arn = each_parser.value
        }
      }
    }
  }
}
