import Type, { type Static } from "typebox";

const strict = { additionalProperties: false } as const;

/** Schema of one file that a job sends back. */
export const ArtifactShape = Type.Object(
  {
    name: Type.String({ description: "Path below the working folder." }),
    bytes: Type.Integer({ minimum: 0, description: "Size." }),
    content: Type.Optional(Type.String({ description: "The file as base64; with delivery `inline`." })),
    url: Type.Optional(
      Type.String({ description: "Path on this server at which to GET it; with delivery `url`." }),
    ),
    expires_at: Type.Optional(
      Type.String({ description: "ISO 8601 time at which that ends, sooner where others need the room." }),
    ),
  },
  strict,
);

/** One file that a job sends back. */
export type Artifact = Static<typeof ArtifactShape>;

/** Schema of the artifacts that were left out for one reason. */
export const OmittedArtifactsShape = Type.Object(
  {
    reason: Type.Enum(["too_large", "too_many", "unreadable", "unlisted"], {
      description:
        "Larger than `artifacts.file_bytes`; past `artifacts.files` or `artifacts.total_bytes`; not to be read by the job's own user; or the search ended early, by its bounds on names and time.",
    }),
    count: Type.Integer({
      minimum: 1,
      description: "How many; of `unlisted` and of folders at least so many.",
    }),
    names: Type.Array(Type.String(), { description: "The first of them, at most 10." }),
  },
  strict,
);

/** The artifacts that were left out for one reason. */
export type OmittedArtifacts = Static<typeof OmittedArtifactsShape>;
