const known: Readonly<Record<string, string>> = {
  dpo: 'Data protection officer',
  'eu-representative': 'Representative in the EU',
  'uk-representative': 'Representative in the UK',
}

/** A contact of the policy as people call it: `security` is "Security". */
export const contactName = (contact: string): string => {
  const plain = contact.replaceAll('-', ' ')
  return known[contact] ?? `${plain.slice(0, 1).toUpperCase()}${plain.slice(1)}`
}
