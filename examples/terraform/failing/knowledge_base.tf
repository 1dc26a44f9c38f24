resource "aws_opensearchserverless_security_policy" "encryption" {
  name = local.name
  type = "encryption"
  policy = jsonencode({
    Rules       = [{ ResourceType = "collection", Resource = ["collection/${local.name}"] }]
    AWSOwnedKey = true
  })
}

resource "aws_opensearchserverless_collection" "vectors" {
  name       = local.name
  type       = "VECTORSEARCH"
  depends_on = [aws_opensearchserverless_security_policy.encryption]
}

resource "aws_bedrockagent_knowledge_base" "handbook" {
  name     = "${local.name}-handbook"
  role_arn = aws_iam_role.assistant.arn

  knowledge_base_configuration {
    type = "VECTOR"

    vector_knowledge_base_configuration {
      embedding_model_arn = "arn:aws:bedrock:${var.region}::foundation-model/${local.models["embed"]}"
    }
  }

  storage_configuration {
    type = "OPENSEARCH_SERVERLESS"

    opensearch_serverless_configuration {
      collection_arn    = aws_opensearchserverless_collection.vectors.arn
      vector_index_name = "handbook"

      field_mapping {
        metadata_field = "metadata"
        text_field     = "text"
        vector_field   = "vector"
      }
    }
  }
}

resource "aws_bedrockagent_data_source" "documents" {
  name              = "documents"
  knowledge_base_id = aws_bedrockagent_knowledge_base.handbook.id

  data_source_configuration {
    type = "S3"

    s3_configuration {
      bucket_arn = "arn:aws:s3:::${var.documents_bucket}"
    }
  }
}
