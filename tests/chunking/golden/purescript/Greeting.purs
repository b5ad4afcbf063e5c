module Greeting where

import Prelude

-- | Whom to greet.
data Person = Person String Int

greet :: Person -> String
greet (Person name 0) = "Hello, baby " <> name
greet (Person name _) =
  "Hello, " <> name
