import type { DescEnum, DescExtension, DescField, DescFile, DescMessage } from "@bufbuild/protobuf";
import { isFieldSet } from "@bufbuild/protobuf";
import { type FeatureSet, FeatureSetSchema } from "@bufbuild/protobuf/wkt";

/** The features that an element sets itself, as in its source: `features.field_presence = IMPLICIT`. */
export function featureOptions(desc: DescFile | DescMessage | DescEnum | DescField | DescExtension): string[] {
  const features = desc.proto.options?.features;
  if (features === undefined) return [];
  return FeatureSetSchema.fields.flatMap((feature) => {
    if (feature.fieldKind !== "enum" || !isFieldSet(features, feature)) return [];
    const set = features[feature.localName as keyof FeatureSet] as unknown as number;
    const name = feature.enum.value[set]?.name;
    return name === undefined ? [] : [`features.${feature.name} = ${name}`];
  });
}
