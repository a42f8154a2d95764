/** An address as it is stored and compared: people do not mean two accounts by a capital letter. */
export const normaliseEmail = (email: string): string => email.trim().toLowerCase()
