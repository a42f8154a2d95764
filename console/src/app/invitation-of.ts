/** The token of the invitation that `path` of the console leads to; undefined when it leads elsewhere. */
export const invitationOf = (path: string | undefined): string | undefined => {
  if (path === undefined) return undefined
  const [address, query] = path.split('?')
  if (address !== '/invitations/accept') return undefined
  return new URLSearchParams(query).get('token') ?? undefined
}

/** The page on which an invitation is accepted. */
export const invitationPath = (token: string): string =>
  `/invitations/accept?${new URLSearchParams({ token }).toString()}`
