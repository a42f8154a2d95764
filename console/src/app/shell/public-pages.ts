/** Pages beside the console that anyone may read, with or without an account. */
export const publicPages = [
  { name: 'Privacy policy', href: '/policy', also: 'rules rights recipients' },
  { name: 'State of the promises', href: '/trust', also: 'trust kept broken' },
  { name: 'Write to us', href: '/contact', also: 'contact message privacy officer' },
  { name: 'Documentation', href: '/docs/', also: 'help guide api reference' },
] as const
