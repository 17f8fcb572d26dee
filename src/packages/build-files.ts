/** Where a build jail shows the fetched files. */
export const BUILD_FILES = "/box/submission";
