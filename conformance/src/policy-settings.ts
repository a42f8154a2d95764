/** Settings that an operator of each shipped policy would have, beside the policy's name: where it is, and how it is cut off. */
export const policySettings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  easellm: { AVOW_REGION: 'SG' },
  'gmi-cloud': { AVOW_REGION: 'US' },
  'gpu-cloud-tracker': { AVOW_AIR_GAP: 'on' },
  ozekai: { AVOW_REGION: 'US' },
  ecohash: { AVOW_REGION: 'US' },
  starter: {},
}
