/** The suite that the packages of a first installation are made of. */
export const FIRST_SUITE = "trixie";
