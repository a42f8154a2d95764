/** How an organisation is called that begins with a person. */
export const ownOrganisationName = (person: string): string => `${person.slice(0, 100)}’s organisation`
