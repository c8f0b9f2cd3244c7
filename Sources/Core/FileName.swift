extension String {
    /// The text as the name of a file: a slash, which parts folders, is an underscore; and at most 200 bytes long, so that an
    /// ending and a number have room in the 255 that Linux takes.
    package var asFileName: String {
        var name = ""
        for character in replacing("/", with: "_") {
            guard name.utf8.count + character.utf8.count <= 200 else { break }
            name.append(character)
        }
        return name
    }
}
