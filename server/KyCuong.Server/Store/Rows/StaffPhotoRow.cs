namespace KyCuong.Server.Store.Rows;

/// <summary>A person's portrait. Table staff_photos.</summary>
public sealed class StaffPhotoRow
{
    /// <summary>Identity of the row; 0 until saved.</summary>
    public long PhotoId { get; set; }

    /// <summary>Agency.</summary>
    public long AgencyId { get; set; }

    /// <summary>Whose; one a person.</summary>
    public long StaffId { get; set; }

    /// <summary>The import that brought it.</summary>
    public long ImportId { get; set; }

    /// <summary>Of the content, 32 bytes.</summary>
    public required byte[] Sha256 { get; set; }

    /// <summary>A JPEG or PNG file as it was brought.</summary>
    public required byte[] Content { get; set; }
}
