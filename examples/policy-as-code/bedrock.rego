# Denies models of Amazon Bedrock that are at end of life, or will be within `limit_days`, in a Terraform plan.
#
#   bedrock-eol models export --output catalog/bedrock.json
#   terraform show -json tfplan > plan.json
#   conftest test plan.json --policy . --data catalog
package main

import rego.v1

limit_days := 90

# The attributes that name a model, at any depth; `bedrock-eol check` knows many more, and resolves what stands elsewhere.
model_attributes := {"foundation_model", "model_arn", "model_id", "embedding_model_arn", "copy_from", "base_model_identifier"}

catalog := data.bedrock_eol

deny contains message if {
	some use in uses
	some state in states(use)
	is_near(state)
	message := sprintf("%s: %s has its end of life in %s on %s", [use.address, use.model, state.where, state.eol_date])
}

warn contains message if {
	some use in uses
	some state in states(use)
	state.stage in {"legacy", "extended-access"}
	not is_near(state)
	message := sprintf("%s: %s is %s in %s", [use.address, use.model, state.stage, state.where])
}

is_near(state) if {
	# To Rego, null is less than every number.
	state.days_to_eol != null
	state.days_to_eol <= limit_days
}

# What cannot be told is never silently fine.
warn contains message if {
	some change in input.resource_changes
	walk(change.change.after_unknown, [path, true])
	path[count(path) - 1] in model_attributes
	message := sprintf("%s: %s is known only after the apply", [change.address, path[count(path) - 1]])
}

warn contains message if {
	some use in uses
	some state in states(use)
	state.stage == "unknown"
	message := sprintf("%s: the stage of %s in %s is not known: %s", [use.address, use.model, state.where, state.reason])
}

warn contains message if {
	some named in names
	not catalog.ids[named.id]
	message := sprintf("%s: the catalog does not know the model %s", [named.address, named.id])
}

# Every text of a planned resource under one of the attributes, as the id that it names.
names contains {"address": change.address, "id": id, "region": region} if {
	some change in input.resource_changes
	some action in change.change.actions
	action != "delete"
	walk(change.change.after, [path, value])
	path[count(path) - 1] in model_attributes
	is_string(value)
	id := id_of(value)
	region := region_of(value, change)
}

uses contains {"address": named.address, "model": catalog.ids[named.id], "region": named.region} if {
	some named in names
	catalog.ids[named.id]
}

# An ARN ends in the id; a text without a colon-separated ARN is the id.
id_of(value) := parts[count(parts) - 1] if {
	startswith(value, "arn:")
	parts := split(value, "/")
}

id_of(value) := value if not startswith(value, "arn:")

# The Region of the ARN, else that of the resource; "" if neither tells.
region_of(value, _) := region if {
	startswith(value, "arn:")
	region := split(value, ":")[3]
	region != ""
}

region_of(value, change) := object.get(change.change.after, "region", "") if {
	not startswith(value, "arn:")
}

region_of(value, change) := object.get(change.change.after, "region", "") if {
	startswith(value, "arn:")
	split(value, ":")[3] == ""
}

# The state in the Region; in one that nothing names, what holds elsewhere; without a Region, the gravest.
states(use) := {object.union(catalog.models[use.model].regions[use.region], {"where": use.region})} if {
	catalog.models[use.model].regions[use.region]
}

states(use) := {object.union(catalog.models[use.model].elsewhere, {"where": use.region})} if {
	use.region != ""
	not catalog.models[use.model].regions[use.region]
	commercial(use.region)
	catalog.models[use.model].elsewhere != null
}

states(use) := {object.union(unknown, {"where": use.region})} if {
	use.region != ""
	not catalog.models[use.model].regions[use.region]
	not has_elsewhere(use)
}

states(use) := {object.union(catalog.models[use.model].worst, {"where": "some Region"})} if use.region == ""

has_elsewhere(use) if {
	commercial(use.region)
	catalog.models[use.model].elsewhere != null
}

# Dates of commercial Regions say nothing of the other partitions.
commercial(region) if not regex.match(`^(us-gov|cn|eusc|us-iso[a-z]*|eu-iso[a-z]*)-`, region)

unknown := {
	"stage": "unknown",
	"days_to_eol": null,
	"eol_date": null,
	"reason": "it is not known to be offered there",
}
