data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["bedrock.amazonaws.com", "lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "invoke" {
  statement {
    sid     = "Chat"
    actions = ["bedrock:GetInferenceProfile", "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
    resources = concat(
      [local.chat_profile_arn],
      [for r in local.chat_regions : "arn:aws:bedrock:${r}::foundation-model/${local.chat_base_model}"],
    )
  }

  statement {
    sid       = "TitlesAndEmbedding"
    actions   = ["bedrock:InvokeModel"]
    resources = ["arn:aws:bedrock:${var.region}::foundation-model/${var.titles_model}", local.embed_model_arn]
  }
}

resource "aws_iam_role" "assistant" {
  name               = local.name
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "invoke" {
  name   = "invoke-models"
  role   = aws_iam_role.assistant.id
  policy = data.aws_iam_policy_document.invoke.json
}
