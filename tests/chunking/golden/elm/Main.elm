module Main exposing (main)

import Html exposing (Html, text)


{-| What the page knows. -}
type alias Model =
    { count : Int
    , name : String
    }


type Msg
    = Increment
    | Rename String


{-| Answers a message. -}
update : Msg -> Model -> Model
update msg model =
    case msg of
        Increment ->
            { model | count = model.count + 1 }

        Rename name ->
            { model | name = name }


view : Model -> Html Msg
view model =
    text (model.name ++ String.fromInt model.count)
