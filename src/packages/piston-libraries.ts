/** Package of the libraries over which packages in Piston's format run: packages-index/piston-libraries.yaml. */
export const PISTON_LIBRARIES = "piston-libraries";
