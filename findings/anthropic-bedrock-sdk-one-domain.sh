#!/usr/bin/env bash
# @anthropic-ai/bedrock-sdk 1.1.4 (npm) makes the address of each Region with amazonaws.com, also that of
# eusc-de-east-1 in the AWS European Sovereign Cloud, whose domain is amazonaws.eu: botocore 1.44.8 (PyPI,
# partitions.json), which lists Bedrock there, and @ai-sdk/amazon-bedrock 4.0.186 (npm) call that one.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  @anthropic-ai/bedrock-sdk@1.1.4 @ai-sdk/amazon-bedrock@4.0.186
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check botocore==1.44.8

cat >"$work/ask.mjs" <<'JS'
import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import { AnthropicBedrock } from "@anthropic-ai/bedrock-sdk";

const prompt = [{ role: "user", content: [{ type: "text", text: "Hello" }] }];
for (const region of ["eu-central-1", "eusc-de-east-1"]) {
  const client = new AnthropicBedrock({ awsRegion: region, awsAccessKey: "x", awsSecretKey: "x" });
  console.log("@anthropic-ai/bedrock-sdk", new URL(client.baseURL).host);
  const fetch = async (address) => {
    console.log("@ai-sdk/amazon-bedrock", new URL(address).host);
    return new Response("{}", { status: 400 });
  };
  const provider = createAmazonBedrock({ region, accessKeyId: "x", secretAccessKey: "x", fetch });
  await provider("amazon.nova-lite-v1:0").doGenerate({ prompt }).catch(() => {});
}
JS
cat >"$work/ask.py" <<'PYTHON'
from botocore.session import Session

for region in ("eu-central-1", "eusc-de-east-1"):
    client = Session().create_client("bedrock-runtime", region, aws_access_key_id="x", aws_secret_access_key="x")
    print("botocore", client.meta.endpoint_url.removeprefix("https://"))
print("botocore: bedrock is in", *Session().get_available_regions("bedrock", "aws-eusc"))
PYTHON
{
  (cd "$work" && node ask.mjs)
  "$work/venv/bin/python" "$work/ask.py"
} | tee "$work/found"
diff - "$work/found" <<'EXPECTED'
@anthropic-ai/bedrock-sdk bedrock-runtime.eu-central-1.amazonaws.com
@ai-sdk/amazon-bedrock bedrock-runtime.eu-central-1.amazonaws.com
@anthropic-ai/bedrock-sdk bedrock-runtime.eusc-de-east-1.amazonaws.com
@ai-sdk/amazon-bedrock bedrock-runtime.eusc-de-east-1.amazonaws.eu
botocore bedrock-runtime.eu-central-1.amazonaws.com
botocore bedrock-runtime.eusc-de-east-1.amazonaws.eu
botocore: bedrock is in eusc-de-east-1
EXPECTED
